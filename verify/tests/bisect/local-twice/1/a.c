int first(int n)
{
	int m = n;
	int m = 3;

	return m;
}
