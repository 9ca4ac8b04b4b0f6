#include "dev.h"

int site(struct dev *p)
{
	switch (p->a) {
	case 1:
		break;
	case 2:
		first(p);
	}
	return 0;
}
