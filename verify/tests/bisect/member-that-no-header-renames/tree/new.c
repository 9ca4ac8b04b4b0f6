#include "act.h"
