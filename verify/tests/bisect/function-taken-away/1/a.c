#include "x.h"
int second(int n)
{
	return n;
}
