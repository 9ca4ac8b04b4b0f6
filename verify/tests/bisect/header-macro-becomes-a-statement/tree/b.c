#include "dev.h"

void first(struct dev *p)
{
	p->a = 1;
}
