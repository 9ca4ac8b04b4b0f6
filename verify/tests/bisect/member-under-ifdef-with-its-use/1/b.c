#include "dev.h"

void stop(struct dev *p)
{
#ifdef CONFIG_B
	p->b = second(p, 2);
#endif
}
