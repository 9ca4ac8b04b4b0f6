void f(struct foo *f)
{
	if (next(f->n++)) {
		first(f);
		second(f);
	}
}
