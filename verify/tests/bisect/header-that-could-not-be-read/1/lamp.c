#include "include/lamp.h"

int ready(struct lamp *lamp)
{
	return lamp->on;
}

int cool(struct fan *fan)
{
	fan->speed = FAN_MAX;
	return blow(fan);
}
