int use(int x);
int start(int n)
{
	if (use(n))
		goto fail;
	return 0;
}
