#include "dev.h"

int site(struct dev *p)
{
	if (p)
		break;
	return 0;
}
