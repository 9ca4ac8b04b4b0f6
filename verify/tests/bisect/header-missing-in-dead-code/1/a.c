#include "x.h"
#if 0
#include "none.h"
#endif

int go(void)
{
	return cnt();
}
