int f(void)
{
	int a;

	a();
	b();
}
