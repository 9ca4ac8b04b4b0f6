#include "x.h"

int go(void)
{
	return LIM;
}
