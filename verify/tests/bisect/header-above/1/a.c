#include "x.h"
#include "../y.h"

int go(void)
{
	return cnt();
}
