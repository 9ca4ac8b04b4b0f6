#include "x.h"
int hook(int n)
{
	return n + 1;
}
int first(int n)
{
	return hook(n);
}
