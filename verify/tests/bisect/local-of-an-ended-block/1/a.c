int drain(int n)
{
	if (n > 3) {
		int left = n - 3;

		n = left;
	}
	return left;
}
