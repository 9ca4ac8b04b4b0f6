#include "x.h"
int first(struct region *r)
{
	return r->start;
}
