#include <linux/mm.h>

int f(struct mm *mm);
int f(struct mm *mm)
{
	return mm->context.id;
}
