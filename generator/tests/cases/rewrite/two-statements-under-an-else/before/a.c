int f(struct foo *f)
{
	if (f->ready)
		park(f);
	else if (f->late)
		wait(f);
	else
		kick(f);
	return 0;
}
