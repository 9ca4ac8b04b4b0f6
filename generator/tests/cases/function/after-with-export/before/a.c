#include <linux/pci.h>

static int a;

/* About f */
int f(void)
{
	return 0;
}
EXPORT_SYMBOL_GPL(f);

static int h(void)
{
	return 1;
}
