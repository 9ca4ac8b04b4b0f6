#include "dev.h"

#define MAKE(name) int level_##name = 1;

MAKE(low)

int site(struct dev *p, int n)
{
	first(p);
	return n;
}
