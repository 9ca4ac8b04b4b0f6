#include "dev.h"

static struct ops ops = { .get = first };

int site(struct dev *p, int n)
{
	first(p);
	return n;
}
