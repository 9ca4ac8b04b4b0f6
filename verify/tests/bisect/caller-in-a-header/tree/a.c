#include "x.h"
#include "y.h"
int first(int n)
{
	return second(n);
}
