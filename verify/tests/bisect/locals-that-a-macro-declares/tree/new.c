#include "comp.h"
