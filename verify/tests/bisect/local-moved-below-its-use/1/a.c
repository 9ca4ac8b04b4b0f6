int use(int x);
int drain(int n)
{
	n = use(rest);
	int rest = n;
	return n;
}
