#include "dev.h"

void stop(struct dev *p)
{
	int n = second(p, 1);

	p->a = n;
}
