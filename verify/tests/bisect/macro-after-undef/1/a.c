#define LIMIT 3
#undef LIMIT
#define LIMIT 4
int first(int n)
{
	return n + LIMIT;
}
