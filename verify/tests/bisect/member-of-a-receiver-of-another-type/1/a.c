struct dev { int id; int weight; };
struct box { int id; };
struct box *box_of(struct dev *d);
int get(struct dev *d)
{
	struct box *x = box_of(d);

	return x->id + x->weight;
}
