#include "dev.h"

int site(struct dev *p)
{
	switch (p->a) {
	case 1:
		break;
	case 2:
		switch (p->up->a) {
		case 1:
			first(p);
		}
	}
	return 0;
}
