#include "fan.h"

struct lamp {
	int on;
};
