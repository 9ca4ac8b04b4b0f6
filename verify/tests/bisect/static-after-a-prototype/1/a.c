#include "x.h"
static int first(int n)
{
	return n;
}
