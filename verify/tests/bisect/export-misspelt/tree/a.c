#include "export.h"

int f(void);

int f(void)
{
	return 0;
}
