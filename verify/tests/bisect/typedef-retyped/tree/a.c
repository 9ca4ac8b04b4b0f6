#include "x.h"

int go(in_t *d)
{
	return d->v;
}
