#include "dev.h"

#undef stop
void stop(struct dev *p)
{
	first(p);
}
