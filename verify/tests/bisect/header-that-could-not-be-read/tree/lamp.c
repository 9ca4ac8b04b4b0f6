#include "include/lamp.h"

int ready(struct lamp *lamp)
{
	return lamp->on;
}
