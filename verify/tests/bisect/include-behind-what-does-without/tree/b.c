#include "dev.h"

int zero(void)
{
	return 0;
}

void stop(struct dev *p)
{
	first(p);
}
