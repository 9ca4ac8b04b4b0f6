#include <linux/z.h>
#include <linux/a.h>
#include <linux/m.h>

int a;
