#include "x.h"

int go(struct dev *d)
{
	int (*f)(struct dev *, int) = d->ops->open;

	return f(d);
}
