#include <linux/a.h>

void f(struct dev *d)
{
	prepare(d);
	d->detached = 1;
}
