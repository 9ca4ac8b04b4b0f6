static int level;
int first(void)
{
	return level;
}
