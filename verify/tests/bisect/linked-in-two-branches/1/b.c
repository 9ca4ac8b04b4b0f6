#include "dev.h"

void stop(struct dev *p)
{
	first(p);
}

int level(void)
{
	return 1;
}
