#define NAME one
#include "tmpl.h"
#undef NAME
#define NAME two
#include "tmpl.h"
#undef NAME
