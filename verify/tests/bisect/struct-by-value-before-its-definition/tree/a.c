#include "x.h"
int first(struct one *p)
{
	return p->id;
}
