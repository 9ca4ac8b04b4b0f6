#include "dev.h"

struct dev;
void stop(struct dev *p)
{
	first(p);
}
