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
	LATER(d);
	return d->id;
}

int main(void)
{
	return 0;
}
