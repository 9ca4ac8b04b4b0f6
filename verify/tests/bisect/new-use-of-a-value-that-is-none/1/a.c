#include "x.h"
int get(int n)
{
	n = first(n);
	return n;
}
void first(int n)
{
}
