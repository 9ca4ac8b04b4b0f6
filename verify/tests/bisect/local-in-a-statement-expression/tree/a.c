int use(int x);
int drain(int n)
{
	return n;
}
