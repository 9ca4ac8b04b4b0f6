#include "y.h"
#define LIMIT 3
