#include "x.h"
#undef LIM
#define LIM 4

int go(void)
{
	return LIM;
}
