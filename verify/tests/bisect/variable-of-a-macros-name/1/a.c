#include "min.h"
int drain(int n)
{
	int least;

	min = n;
	return min;
}
