int f(struct foo *f)
{
	if (f->ready)
		kick(f);

	return 0;
}
