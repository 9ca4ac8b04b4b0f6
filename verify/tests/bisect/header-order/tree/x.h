static inline int one(int x)
{
	return x;
}
static inline int two(int x)
{
	return x + 2;
}
