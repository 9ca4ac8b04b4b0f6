#include "x.h"
#include "y.h"
int first(int n, int m)
{
	return second(n);
}
