#include "x.h"
int get(int n)
{
	return twice(n);
}
