#include "dev.h"

int site(struct dev *p, int n)
{
	union dev { int a; char b; };
	union dev u = { .a = n };

	return u.b;
}
