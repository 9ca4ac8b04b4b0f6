#include "dev.h"

#include "go.h"
#include "more.h"

int site(struct dev *p)
{
	go(p);
	return 0;
}
