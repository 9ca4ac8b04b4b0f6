#include "dev.h"

int site(struct dev *p, int n)
{
	return n + (p->up * 2);
}
