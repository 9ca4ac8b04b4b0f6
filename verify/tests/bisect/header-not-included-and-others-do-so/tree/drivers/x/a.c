#include <linux/io.h>

int go(void)
{
	return seen();
}
