static inline int second(int n)
{
	return n;
}
