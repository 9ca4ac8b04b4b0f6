#ifdef CONFIG_X
int first(int n)
{
	return n;
}
#else
int first(int n)
{
	return 0;
}
#endif
int second(int n)
{
	return n;
}
