#include "x.h"
int __attribute__((weak)) hook(int n)
{
	return n;
}
