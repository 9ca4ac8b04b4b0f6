#include "x.h"

int go(struct dev *d)
{
	open_t f = d->ops->open;

	return f(d);
}
