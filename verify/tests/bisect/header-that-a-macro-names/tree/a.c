#include HOW

int f(int n)
{
	return n;
}
