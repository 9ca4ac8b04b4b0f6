void f(struct foo *f)
{
	if (f->on) {
		f->on = 0;
		second(f);
	}
}
