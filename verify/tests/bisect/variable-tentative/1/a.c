static int level;
static int level = 2;
int first(void)
{
	return level;
}
