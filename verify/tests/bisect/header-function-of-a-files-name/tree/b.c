#include "dev.h"

void stop(struct dev *p)
{
	first(p);
}
