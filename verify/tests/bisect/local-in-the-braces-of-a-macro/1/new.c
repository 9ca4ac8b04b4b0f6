#include "comp.h"

int f(int n)
{
	COMPBOTH;

	xm = n;
	NEXT(n);
	xe = xs = n;
	xc = xe;
	return xe + inner + xm + xc + xs;
}
