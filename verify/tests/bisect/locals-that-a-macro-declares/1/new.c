#include "comp.h"

int f(int n)
{
	COMPBOTH;

	xm = n;
	xe = xs = n;
	xc = xe;
	return xe + xm + xc + xs;
}
