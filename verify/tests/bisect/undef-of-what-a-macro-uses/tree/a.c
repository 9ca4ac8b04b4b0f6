#include "x.h"
#define TWO (LIM * 2)

int go(void)
{
	return TWO;
}
