#include "x.h"
#define TWO (LIM * 2)
#undef LIM

int go(void)
{
	return TWO;
}
