int use(int x);
int drain(int n)
{
	for (int i = 0; i < n; i++)
		use(i);
	return n + i;
}
