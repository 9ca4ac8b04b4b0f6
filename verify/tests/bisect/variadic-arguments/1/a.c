int first(int n, ...);
int get(int n)
{
	return first(n, 1, 2, 3);
}
