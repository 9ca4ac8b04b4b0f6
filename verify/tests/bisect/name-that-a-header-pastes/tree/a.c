#include "trace.h"

int go(int x)
{
	return x;
}
