#include "blk.h"
