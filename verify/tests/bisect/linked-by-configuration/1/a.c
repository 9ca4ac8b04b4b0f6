int hook(int n)
{
	return n + 1;
}
int first(int n)
{
	return n;
}
