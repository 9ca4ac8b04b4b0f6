#define PAIR 1, 2
int first(int n, int m);
int get(int n)
{
	return first(PAIR);
}
