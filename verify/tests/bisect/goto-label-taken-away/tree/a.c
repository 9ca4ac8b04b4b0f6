int use(int x);
int start(int n)
{
	if (use(n))
		goto fail;
	if (use(n + 1))
		goto fail;
	return 0;
fail:
	return -1;
}
