#include "dev.h"

int site(struct dev *p, int n)
{
	struct kind *k = 0;

	return n + !k;
}
