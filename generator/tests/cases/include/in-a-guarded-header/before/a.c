#ifndef A
#define A

#include <linux/a.h>
#include <linux/c.h>

#endif
