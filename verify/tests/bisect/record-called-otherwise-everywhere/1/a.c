#include "x.h"
int first(struct window *r)
{
	return r->start;
}
