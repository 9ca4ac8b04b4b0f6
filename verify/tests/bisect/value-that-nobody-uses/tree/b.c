#include "x.h"
int get(int n)
{
	int i;

	first(n);
	(void)first(n);
	for (i = 0; i < n; first(i), i++)
		first(n), first(i);
	n ? first(n) : first(i);
	({ first(n); });
	return 0;
}
