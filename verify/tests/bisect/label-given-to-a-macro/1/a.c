#include "dev.h"

int site(struct dev *p, int n)
{
	get_or(n, p, fault);
	first(p);
fault:
	return n;
}
