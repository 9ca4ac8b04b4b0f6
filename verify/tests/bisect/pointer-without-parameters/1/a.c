#include "x.h"

int go(struct dev *d)
{
	int (*f)() = 0;

	return f(d, 1, 2);
}
