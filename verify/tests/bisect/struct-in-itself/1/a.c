#include "dev.h"

struct ring {
	int a;
	struct ring next;
};

int site(struct dev *p, int n)
{
	first(p);
	return n;
}
