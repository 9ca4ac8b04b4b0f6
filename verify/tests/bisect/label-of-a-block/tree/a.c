int use(int x);
int start(int n)
{
	if (n)
		goto out;
out:
	return 0;
}
