static int f(struct a *a)
{
	if (a->one && a->two)
		return 1;

	return a->x || a->y;
}
