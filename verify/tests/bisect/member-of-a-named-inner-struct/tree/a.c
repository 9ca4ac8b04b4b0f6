struct dev { int id; struct { int weight; } load; };
int get(struct dev *d)
{
	return d->id + d->load.weight;
}
int put(struct dev *d)
{
	return d->id;
}
