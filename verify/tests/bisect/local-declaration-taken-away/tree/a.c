int use(int x);
int drain(int n)
{
	int rest = 0;

	rest = use(n);
	return rest;
}
