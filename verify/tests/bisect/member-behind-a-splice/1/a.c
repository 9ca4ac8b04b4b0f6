#include "each.h"
struct node { struct node *next; struct { struct node *next; } link; };

int f(struct node *table);
int f(struct node *table)
{
	struct node *n;

	each_of(table, n, link, 1)
		return 1;
	return 0;
}
