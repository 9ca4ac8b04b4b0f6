int f(struct foo *f)
{
	if (f->on)
		list_for_each_entry(i, &f->items, node)
			kick(i);
	else
		park(f);
	return 0;
}
