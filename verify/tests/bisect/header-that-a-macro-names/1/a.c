#include HOW

int f(int n)
{
	flush();
	return n;
}
