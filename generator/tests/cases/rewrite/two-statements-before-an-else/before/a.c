int f(struct foo *f)
{
	if (f->ready) /* Now. */
		/* Once. */
		kick(f); /* So. */
	else
		park(f);
	return 0;
}
