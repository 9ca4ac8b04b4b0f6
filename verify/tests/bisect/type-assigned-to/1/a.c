#include "dev.h"

int site(struct dev *p, int n)
{
	typedef int own_t;
	own_t = 1;
	return n;
}
