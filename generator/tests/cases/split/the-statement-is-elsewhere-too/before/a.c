void f(struct foo *f)
{
	if (f->idle) {
		stop(f);
		return;
	}
	if (f->ok) {
		first(f);
		return;
	}
	second(f);
	return;
}
