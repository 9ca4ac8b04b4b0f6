void f(struct foo *f)
{
	if (f->ok) {
		first(f);
		second(f);
	}
	wait(f);
	if (f->ok) {
		first(f);
		second(f);
		third(f);
	}
}
