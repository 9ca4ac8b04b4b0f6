int f(void)
{
	a();
}
