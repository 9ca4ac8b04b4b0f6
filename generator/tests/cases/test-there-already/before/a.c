int f(struct d *d)
{
	return d->a || d->b;
}
