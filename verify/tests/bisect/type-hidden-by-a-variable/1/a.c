#include "dev.h"

int site(struct dev *p, int n)
{
	long mark_t = n;

	n = mark_t;
	mark_t = 2;
	return n;
}
