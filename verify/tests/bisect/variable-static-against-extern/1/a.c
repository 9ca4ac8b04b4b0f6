#include "dev.h"

static int level;

int site(struct dev *p, int n)
{
	first(p);
	return n;
}
