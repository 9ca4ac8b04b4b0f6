void f(struct dev *d)
{
	prepare(d);
	d->detached = 1;
	d = (NULL;
}
