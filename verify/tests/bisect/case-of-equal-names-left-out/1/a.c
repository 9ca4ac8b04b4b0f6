#include "dev.h"

int site(struct dev *p, int n)
{
	switch (n) {
	case BUSY:
		return 1;
#if BUSY != AGAIN
	case AGAIN:
		return 2;
#endif
	}
	return n;
}
