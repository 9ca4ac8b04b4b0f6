int use(int x);
int drain(int n)
{
	return ({ int twice = 2 * n; use(twice); });
}
