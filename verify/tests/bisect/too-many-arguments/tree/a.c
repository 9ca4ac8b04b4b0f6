#include "x.h"
int get(int n)
{
	return first(n);
}
