int first(int n);
long first(int n)
{
	return n;
}
