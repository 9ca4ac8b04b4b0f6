#include "dev.h"

void dev_put(struct dev *d)
{
}

int dev_id(struct dev *d)
{
	return d->id;
}

int f(struct dev *d, int n)
{
	int cb_t = 1;

	dev_put(d);
	return d->id;
}

int main(void)
{
	return 0;
}
