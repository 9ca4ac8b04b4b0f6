typedef struct { int id; } dev_t;
struct box { int weight; };
int get(dev_t *d)
{
	return d->weight;
}
