#include "x.h"
#undef LIM

int go(void)
{
	return LIM;
}
