#include "blk.h"

struct own { int id; char name[8]; };

int f(struct cfg *c, struct own *o)
{
	return c->name[0] + c->id + o->id + o->name[0];
}
