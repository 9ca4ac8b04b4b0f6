int go(void)
{
	return 0;
}
