#include <linux/a.h>
#include <linux/z.h>

void f(void)
{
	int i = 0;
	int j = 0;

	use(i, j);
}

void z(void)
{
}
