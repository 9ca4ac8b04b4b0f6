#include "x.h"

int go(void)
{
	int cnt = 1;

	return cnt();
}
