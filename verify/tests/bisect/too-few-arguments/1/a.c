static int first(int n, int m)
{
	return n + m;
}
int get(int n)
{
	return first(n);
}
