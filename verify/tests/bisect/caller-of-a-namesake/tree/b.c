static int first(int n)
{
	return n;
}
int get(int n)
{
	return first(n);
}
