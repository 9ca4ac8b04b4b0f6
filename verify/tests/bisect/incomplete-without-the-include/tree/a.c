#include "x.h"
#include "y.h"

int go(struct fwd *d)
{
	return d->x != 0;
}
