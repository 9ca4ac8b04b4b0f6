#include <linux/io.h>

int come(void)
{
	return hidden();
}
