#include "include/fan.h"

int ready(int on)
{
	return on;
}
