int use(int x);
int drain(int n)
{
	use(n);
	return n;
}
