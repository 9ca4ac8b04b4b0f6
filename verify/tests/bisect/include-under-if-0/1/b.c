#if 0
#include "dev.h"
#endif

void stop(struct dev *p)
{
	first(p);
}
