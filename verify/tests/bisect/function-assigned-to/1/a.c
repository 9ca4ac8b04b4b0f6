#include "dev.h"

int site(struct dev *p, int n)
{
	first = 0;
	return n;
}
