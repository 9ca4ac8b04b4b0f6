#include "box.h"
int second(struct box *b)
{
	return b->in->start;
}
