#include "x.h"
int use(int x)
{
	return one(x);
}
