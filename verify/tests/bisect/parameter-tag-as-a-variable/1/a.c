struct dev { int id; };
int get(struct dev *d)
{
	return dev->id;
}
int put(struct dev *dev)
{
	return dev->id;
}
