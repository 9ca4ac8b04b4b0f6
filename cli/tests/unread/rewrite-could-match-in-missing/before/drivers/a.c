int f(void)
{
	return old_name(1);
}

int g(void)
{
	x = (3 + old_name(2);
	return 0;
}
