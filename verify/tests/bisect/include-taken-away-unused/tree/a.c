#include "dev.h"

#include "go.h"

int site(struct dev *p)
{
	first(p);
	return 0;
}
