#define LIMIT 3
int first(int n)
{
	return n + LIMIT;
}
