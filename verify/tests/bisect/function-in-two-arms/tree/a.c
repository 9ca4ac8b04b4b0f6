#ifdef CONFIG_X
int first(int n)
{
	return n;
}
#endif
int second(int n)
{
	return n;
}
