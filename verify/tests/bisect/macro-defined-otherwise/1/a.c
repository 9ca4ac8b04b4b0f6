#define LIMIT 3
#define LIMIT 4
int first(int n)
{
	return n + LIMIT;
}
