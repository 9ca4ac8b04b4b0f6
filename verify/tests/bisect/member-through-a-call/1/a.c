#include "x.h"
int get(struct dev *d)
{
	return parent(d)->up->weight;
}
