#include "include/fan.h"

int ready(int on)
{
	if (!on)
		goto out;
	return on;
}
