struct dev { int id; union { int weight; long mass; }; };
int get(struct dev *d)
{
	return d->id + d->weight;
}
