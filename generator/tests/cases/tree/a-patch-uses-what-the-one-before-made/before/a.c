int f(void)
{
	b();
}
