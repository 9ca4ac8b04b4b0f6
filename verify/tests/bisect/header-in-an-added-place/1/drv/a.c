#include "far.h"

int go(void)
{
	return 0;
}
