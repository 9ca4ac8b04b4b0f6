#include "dev.h"

struct later one;
struct later {
	int a;
};

int site(struct dev *p, int n)
{
	first(p);
	return n;
}
