#include "dev.h"

void stop(struct dev *p)
{
	p->a = DEV_A(p);
}
