int first(char *p);
int first(char *p)
{
	return *p;
}
