int f(struct foo *f)
{
	list_for_each_entry(i, &f->items, node)
		kick(i);
	do
		kick(f);
	while (f->n--);
	if (f->on) kick(f);
	return 0;
}
