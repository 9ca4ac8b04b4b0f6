#include "dev.h"

int site(struct dev *p, int n)
{
	switch (n) {
	case 1:
		return second(p, 0);
	default:
		n = 1;
		break;
	default:
		n = 2;
	}
	return n;
}
