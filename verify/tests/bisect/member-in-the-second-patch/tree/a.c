#include "x.h"
int get(struct dev *d)
{
	return d->id;
}
