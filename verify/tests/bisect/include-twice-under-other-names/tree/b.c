#define NAME one
#include "tmpl.h"
#undef NAME
