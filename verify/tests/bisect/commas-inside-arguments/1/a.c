int first(int n, int m);
int get(int n)
{
	return first((n, 1), first(first(n, ","[0]), ',' + 0));
}
