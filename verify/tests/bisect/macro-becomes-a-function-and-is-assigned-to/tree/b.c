#include "dev.h"

void stop(struct dev *p)
{
	DEV_A(p) = 3;
}
