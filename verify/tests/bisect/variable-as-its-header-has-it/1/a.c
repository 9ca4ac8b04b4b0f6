#include "dev.h"

unsigned level[4];
struct dev *last;

int site(struct dev *p, int n)
{
	first(p);
	return n;
}
