#include "dev.h"

struct later;
int late(struct later l)
{
	return 1;
}

int site(struct dev *p, int n)
{
	first(p);
	return n;
}
