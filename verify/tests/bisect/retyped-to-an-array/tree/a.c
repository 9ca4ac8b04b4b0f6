#include "x.h"

void go(struct dev *d)
{
	d->n = 1;
}
