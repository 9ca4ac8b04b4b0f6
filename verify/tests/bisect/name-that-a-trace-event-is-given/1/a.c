#include "x.h"
#include "events.h"
int first(int x)
{
	note(adap);
	return x;
}
