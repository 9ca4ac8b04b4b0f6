#include "x.h"
int get(struct box *d)
{
	return d->weight;
}
