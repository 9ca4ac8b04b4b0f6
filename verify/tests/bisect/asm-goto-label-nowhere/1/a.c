#include "dev.h"

int site(struct dev *p, int n)
{
	asm volatile goto("" : : : : out, again);
	first(p);
out:
	return n;
}
