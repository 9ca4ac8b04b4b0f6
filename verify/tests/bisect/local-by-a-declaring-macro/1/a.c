struct list { struct list *next; };
#define LIST(name) struct list name = { &name }
void add(struct list *l);
void drain(void)
{
	LIST(head);
	LIST(tail);

	add(&head);
	add(head.next);
}
