extern int level;
int get(void)
{
	return level;
}
