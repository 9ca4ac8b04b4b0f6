#define BITMAP(name, bits) unsigned long name[(bits) / 64]
struct dev {
	int id;
	BITMAP(map, 128);
};
int get(struct dev *d)
{
	return d->id + (int)d->map[0];
}
