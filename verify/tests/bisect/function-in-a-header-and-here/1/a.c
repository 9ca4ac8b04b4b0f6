#include "x.h"
static int second(int n)
{
	return 2 * n;
}
int first(int n)
{
	return n;
}
