#include "dev.h"

int site(struct dev *p, int n)
{
	switch (n) {
	case 'a':
		return second(p, 0);
	case 97:
		return second(p, 1);
	}
	return n;
}
