#include "x.h"
int hook(int n)
{
	return n;
}
