int first(char *p);
int first(const char *p)
{
	return *p;
}
