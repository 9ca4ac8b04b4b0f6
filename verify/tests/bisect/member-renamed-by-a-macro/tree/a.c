struct dev { int id; int real_weight; };
#define weight real_weight
int get(struct dev *d)
{
	return d->id;
}
