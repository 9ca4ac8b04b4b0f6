int use(int x);
int start(int n)
{
	if (use(n))
		goto out;
out:
	return 0;
}
