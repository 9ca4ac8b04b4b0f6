void f(struct foo *f)
{
	if (f->on && test_and_clear_bit(1, &f->bits)) {
		first(f);
		second(f);
	}
}
