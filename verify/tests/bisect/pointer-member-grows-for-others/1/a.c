#include "x.h"

int go(struct dev *d)
{
	return d->ops->open(d, d->mode, 1);
}
