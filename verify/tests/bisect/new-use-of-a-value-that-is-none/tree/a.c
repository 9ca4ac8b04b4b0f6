#include "x.h"
int get(int n)
{
	first(n);
	return n;
}
void first(int n)
{
}
