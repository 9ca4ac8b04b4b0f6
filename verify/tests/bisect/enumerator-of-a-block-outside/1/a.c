#include "dev.h"

int site(struct dev *p, int n)
{
	if (n) {
		enum { INNER = 3 };

		n = INNER;
	}
	return INNER;
}
