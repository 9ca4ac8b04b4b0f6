#include "dev.h"

int site(struct dev *p, int n)
{
	union dev *u = 0;

	return n + !u;
}
