#include "x.h"
int other(struct dev *d)
{
	return d->ops->open(d, 1);
}
