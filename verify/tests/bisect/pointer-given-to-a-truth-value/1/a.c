#include "dev.h"

int site(struct dev *p, int n)
{
	_Bool is_there = p;
	truth_t other = p->up;

	return is_there || other;
}
