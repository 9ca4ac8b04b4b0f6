int use(int x)
{
	return helper(x);
}
