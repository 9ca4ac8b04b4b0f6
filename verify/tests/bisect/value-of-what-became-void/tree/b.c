#include "x.h"
int get(int n)
{
	if (first(n))
		return 1;
	return 0;
}
