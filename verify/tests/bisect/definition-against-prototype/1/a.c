#include "x.h"
int first(int n, int m)
{
	return n;
}
