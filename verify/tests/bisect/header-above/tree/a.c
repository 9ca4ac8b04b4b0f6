#include "x.h"

int go(void)
{
	return cnt();
}
