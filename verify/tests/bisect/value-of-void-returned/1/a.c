#include "dev.h"

int site(struct dev *p, int n)
{
	return first(p);
}
