#include "one.h"
int use(int x)
{
	return one(x);
}
