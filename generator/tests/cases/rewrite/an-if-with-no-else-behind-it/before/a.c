int f(struct foo *f)
{
	if (f->on)
		park(f);
	else
		kick(f);
	return 0;
}
