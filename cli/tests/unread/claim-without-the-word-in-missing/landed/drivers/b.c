#include <linux/a.h>

void h(struct dev *d)
{
	x = (d->other = 2;
}
