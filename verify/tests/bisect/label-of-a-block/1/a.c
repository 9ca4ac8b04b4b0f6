int use(int x);
int start(int n)
{
	if (n)
		goto out;
	n = ({ __label__ out; if (use(n)) goto out; use(1); out: n; });
out:
	return 0;
}
