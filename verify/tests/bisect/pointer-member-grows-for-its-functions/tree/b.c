#include "x.h"
static int my(struct dev *d, int m)
{
	return 0;
}
const struct ops o = { .open = my };
