int f(void)
{
	if (a) /* ü */
		g();
}
