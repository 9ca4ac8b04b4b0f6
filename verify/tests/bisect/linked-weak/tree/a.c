#include "x.h"
int first(int n)
{
	return hook(n);
}
