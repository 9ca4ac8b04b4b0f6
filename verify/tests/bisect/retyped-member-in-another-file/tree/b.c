#include "x.h"
int b(struct dev *d)
{
	return d->p->v;
}
