#include "dev.h"

int site(struct dev *p, int n)
{
	K_ONE++;
	return n;
}
