#include "dev.h"

int site(struct dev *p, int n)
{
	asm goto("" : : "r" (n) : "memory" : out, again);
	first(p);
again:
	n++;
out:
	return n;
}
