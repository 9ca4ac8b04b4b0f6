int f(void)
{
	x = (new_name(1);
	return 0;
}
