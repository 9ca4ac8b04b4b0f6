struct item { int n; struct item *next; };
#define for_each(pos, head) for (struct item *pos = (head); pos; pos = pos->next)
int sum(struct item *head)
{
	int total = 0;

	return total;
}
