#include "x.h"
int first(int n)
{
	return n;
}
