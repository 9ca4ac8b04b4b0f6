static int debug_level;
int level(void)
{
	return debug_level;
}
