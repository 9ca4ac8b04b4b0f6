#include "x.h"

int go(struct dev *d)
{
	int k = d->n;

	return k;
}
