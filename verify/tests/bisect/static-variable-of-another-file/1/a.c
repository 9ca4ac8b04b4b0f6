int use(int x)
{
	return x + debug_level;
}
