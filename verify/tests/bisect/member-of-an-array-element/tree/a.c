struct slot { int id; };
struct dev { struct slot slots[4]; int weight; };
int get(struct dev *d)
{
	return d->slots[0].id;
}
