#include "dev.h"

#define each(p) for (; p; p = p->up)

int site(struct dev *p)
{
	each(p) {
		first(p);
	}
	return 0;
}
