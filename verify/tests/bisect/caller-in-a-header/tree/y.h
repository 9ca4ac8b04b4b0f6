static inline int third(int n)
{
	return first(n);
}
