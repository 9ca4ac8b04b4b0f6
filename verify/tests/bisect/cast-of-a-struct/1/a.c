#include "dev.h"

int site(struct dev *p, int n)
{
	return (int)*p;
}
