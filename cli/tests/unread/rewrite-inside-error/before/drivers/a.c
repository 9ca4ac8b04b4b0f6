int f(void)
{
	x = ( ] old_name(1);
	return 0;
}
