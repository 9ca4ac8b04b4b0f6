#include "dev.h"

#define each(p) for (; p; p = p->up)

int site(struct dev *p)
{
	each(p) {
		if (p->a)
			continue;
		first(p);
		break;
	}
	return 0;
}
