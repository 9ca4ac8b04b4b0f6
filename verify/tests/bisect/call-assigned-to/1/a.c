#include "dev.h"

int site(struct dev *p, int n)
{
	second(p, n) += 1;
	return n;
}
