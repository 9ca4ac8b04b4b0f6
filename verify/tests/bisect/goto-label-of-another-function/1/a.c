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
	if (n)
		goto fail;
	return use(n);
}
