#include "dev.h"

int site(struct dev *p, int n)
{
	switch (n) {
	case K_TWO:
		return second(p, 0);
	case 1:
		return second(p, 1);
	}
	return n;
}
