#include "x.h"

int go(struct dev *d)
{
	return d->p.v;
}
