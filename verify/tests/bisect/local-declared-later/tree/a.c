int use(int x);
int drain(int n)
{
	n = use(n);
	int rest = n;
	return rest;
}
