int first(int n, ...);
int get(int n)
{
	return first(n);
}
