#include "made.h"
struct search { struct closure cl; int bio; };
