#include "x.h"
#include "none.h"

int go(void)
{
	return cnt();
}
