#include "dev.h"

void quiet(struct dev *p)
{
	return first(p);
}

int site(struct dev *p, int n)
{
	first(p);
	return n;
}
