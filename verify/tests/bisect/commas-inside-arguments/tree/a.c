int first(int n, int m);
int get(int n)
{
	return first(n, 1);
}
