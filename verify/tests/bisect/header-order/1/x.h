static inline int one(int x)
{
	return two(x);
}
static inline int two(int x)
{
	return x + 2;
}
