struct base { int weight; };
struct dev { int id; struct base; };
int get(struct dev *d)
{
	return d->id + d->weight;
}
