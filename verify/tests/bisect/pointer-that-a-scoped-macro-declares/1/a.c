#define __free(x) __attribute__((unused))
struct node {
	struct node *next;
};
#define for_each_scoped(top, child) \
	for (struct node *child __free(put) = (top); child; child = child->next)

int go(struct node *top)
{
	for_each_scoped(top, child)
		if (child->next)
			return 1;
	return 0;
}
