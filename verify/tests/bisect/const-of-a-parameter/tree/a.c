int first(int n);
int first(int n)
{
	return n;
}
