#include "x.h"

int go(struct fwd *d)
{
	d++;
	return d != 0;
}
