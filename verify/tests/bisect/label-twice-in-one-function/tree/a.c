int use(int x);
int start(int n)
{
	if (use(n))
		goto out;
	use(2);
out:
	return 0;
}
