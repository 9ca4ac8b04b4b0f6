int first(int n)
{
	return n;
}
int first(int n)
{
	return n + 1;
}
