#include <linux/init.h>
#include <linux/slab.h>

int pump;
