#include "x.h"

int go(struct fwd *d)
{
	return d != 0;
}
