#include "dev.h"

int site(struct dev *p)
{
	go(p);
	return 0;
}
