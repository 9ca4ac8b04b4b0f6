int f(void)
{
	a();
}
