int use(int x)
{
	return x;
}
static int twice(int x)
{
	return 2 * x;
}
int other(int x)
{
	return twice(x);
}
