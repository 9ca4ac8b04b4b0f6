#include "dev.h"

void stop(struct dev *p)
{
	third(p)->a = 1;
}
