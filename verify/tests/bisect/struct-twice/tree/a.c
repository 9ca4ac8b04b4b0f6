#include "x.h"
int first(struct dev *d)
{
	return d->id;
}
