#include "x.h"
struct box {
	struct region *in;
};
