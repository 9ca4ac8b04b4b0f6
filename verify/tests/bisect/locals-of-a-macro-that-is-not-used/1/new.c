#include "comp.h"

int f(int n)
{
	unsigned int xm; int xe;

	xm = n;
	xe = xs = n;
	xc = xe;
	return xe + xm + xc + xs;
}
