#include "x.h"

int go(struct dev *d)
{
	int (*f)(int, ...) = 0;

	return f(1, 2, 3) + f();
}
