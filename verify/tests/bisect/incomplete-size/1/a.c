#include "x.h"

int go(struct fwd *d)
{
	return sizeof(struct fwd);
}
