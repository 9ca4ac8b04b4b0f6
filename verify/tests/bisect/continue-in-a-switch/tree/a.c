#include "dev.h"

int site(struct dev *p)
{
	switch (p->a) {
	case 1:
		break;
	}
	return 0;
}
