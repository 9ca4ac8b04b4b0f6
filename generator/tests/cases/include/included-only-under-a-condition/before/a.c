#include <linux/a.h>
#ifdef CONFIG_X
#include <linux/x.h>
#endif

int a;
