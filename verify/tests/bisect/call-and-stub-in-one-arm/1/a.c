#include "x.h"
int get(int n)
{
#ifdef CONFIG_X
	return first(n, 1);
#endif
	return n;
}
