#include "dev.h"

int site(struct dev *p, int n)
{
	switch (n) {
	case 'a':
		return second(p, 0);
	case 98:
		return second(p, 1);
	case -1:
		return second(p, 2);
	case 1:
		return second(p, 3);
	case K_ONE:
		return second(p, 4);
	case ~2:
		return second(p, 5);
	case 4 ... 8:
		return second(p, 6);
	case 9:
		return second(p, 7);
	case 1 << 4:
		return second(p, 8);
	case 0x20:
		return second(p, 9);
	}
	return n;
}
