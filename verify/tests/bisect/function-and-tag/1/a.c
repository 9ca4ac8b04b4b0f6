#include "x.h"

int go(void)
{
	return cnt();
}
struct cnt { int a; };
