int use(int x);
int drain(int n)
{
	int rest = n;
	n = use(rest);
	return n;
}
