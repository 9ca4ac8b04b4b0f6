int first(int n)
{
	int m = n;

	if (n) {
		int m = 2;

		return m;
	}
	return m;
}
