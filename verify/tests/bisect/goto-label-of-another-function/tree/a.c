int use(int x);
int start(int n)
{
	if (use(n))
		goto fail;
	return 0;
fail:
	return -1;
}
int stop(int n)
{
	return use(n);
}
