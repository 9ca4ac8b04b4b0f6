#ifdef CONFIG_A
int f(void)
{
	return 0;
}
#else
int f(void)
{
	return 0;
}
#endif
