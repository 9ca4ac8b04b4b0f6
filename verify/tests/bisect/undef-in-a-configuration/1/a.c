#include "x.h"
#ifdef CONFIG_X
#undef LIM
#define LIM 5
#endif

int go(void)
{
	return LIM;
}
