#include "dev.h"

int site(struct dev *p, int n)
{
	n = first->a;
	return n;
}
