int use(int x);
int drain(int n)
{
	int m = ({ int twice = 2 * n; use(twice); });

	return m + twice;
}
