#include "export.h"

int f(void);

int f(void)
{
	return 0;
}
EXPORT_SYMBOL_GLP(f);
