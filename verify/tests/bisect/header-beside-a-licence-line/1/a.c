#include "none.h"

int go(void)
{
	return 0;
}
