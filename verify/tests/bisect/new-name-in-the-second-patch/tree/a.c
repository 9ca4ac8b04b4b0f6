#include "x.h"
int use(int x)
{
	return x;
}
