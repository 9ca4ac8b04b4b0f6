#include "dev.h"

void stop(struct dev *p)
{
	first(p);
}

#ifndef CONFIG_X
int level(void)
{
	return 1;
}
#endif
