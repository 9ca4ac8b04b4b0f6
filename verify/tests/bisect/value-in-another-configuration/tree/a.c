#include "x.h"
#ifdef CONFIG_X
int first(int n)
{
	return n;
}
#endif
int get(int n)
{
	return n;
}
