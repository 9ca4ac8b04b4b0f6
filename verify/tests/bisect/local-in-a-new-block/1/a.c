int use(int x);
int drain(int n)
{
	if (n) {
	int rest = use(n);
	use(rest);
	}
	return rest;
}
