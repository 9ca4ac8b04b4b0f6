#include "dev.h"

int site(struct dev *p)
{
	int all[COUNT];

	first(p);
	all[0] = 0;
	return 0;
}
