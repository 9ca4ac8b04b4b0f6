#include "x.h"
#include "events.h"
int first(int x)
{
	return x;
}
