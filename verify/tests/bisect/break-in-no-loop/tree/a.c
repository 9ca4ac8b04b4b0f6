#include "dev.h"

int site(struct dev *p)
{
	first(p);
	return 0;
}
