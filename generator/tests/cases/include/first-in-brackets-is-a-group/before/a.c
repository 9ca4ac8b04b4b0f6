#include "pump.h"
#include "valve.h"

int pump;
