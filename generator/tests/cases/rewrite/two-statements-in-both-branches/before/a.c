int f(struct foo *f)
{
	if (f->ready)
		kick(f);
	else
		kick(f->next);
	return 0;
}
