#include "go.h"
