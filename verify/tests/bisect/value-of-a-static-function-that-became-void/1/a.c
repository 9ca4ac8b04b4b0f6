static void first(int n)
{
}
int get(int n);
int put(int n)
{
	return get(first(n));
}
int get(int n)
{
	return n;
}
