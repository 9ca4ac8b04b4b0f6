#include "stdlib.h"

int go(void)
{
	return 0;
}
