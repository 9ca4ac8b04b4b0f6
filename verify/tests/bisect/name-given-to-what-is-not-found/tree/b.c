int use(int x)
{
	return x;
}
