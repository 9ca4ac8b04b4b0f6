#include "trace.h"

int go(int x)
{
	trace_pad_read(x);
	return x;
}
