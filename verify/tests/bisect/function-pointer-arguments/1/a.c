int first(int n);
int get(int (*first)(int, int), int n)
{
	return first(n, 1);
}
