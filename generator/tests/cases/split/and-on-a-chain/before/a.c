static void f(struct a *a)
{
	if (a->one && a->two) {
		a->x = 1;

		a->y = 2;
	}
}
