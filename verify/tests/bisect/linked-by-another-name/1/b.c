#include "dev.h"

void stop(struct dev *p)
{
	first(p);
}

#define level other_level
int level(void)
{
	return 1;
}
