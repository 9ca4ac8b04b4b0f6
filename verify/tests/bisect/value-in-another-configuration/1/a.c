#include "x.h"
#ifdef CONFIG_X
int first(int n)
{
	return n;
}
#endif
int get(int n)
{
#ifdef CONFIG_X
	n = first(n);
#endif
	return n;
}
