#include "dev.h"

int site(struct dev *p, int n)
{
	int inner(int q) { return q + 2; }

	return inner(n);
}
