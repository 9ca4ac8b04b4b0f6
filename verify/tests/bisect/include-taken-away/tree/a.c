#include "dev.h"

#include "go.h"

int site(struct dev *p)
{
	go(p);
	return 0;
}
