struct dev { int id; };
int get(struct dev *d)
{
	return d->id;
}
