#include "x.h"
struct dev { int id; };
int first(struct dev *d)
{
	return d->id;
}
