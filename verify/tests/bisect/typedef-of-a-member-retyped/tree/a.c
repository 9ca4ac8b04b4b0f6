#include "x.h"

int go(struct o *o)
{
	return o->f(1);
}
