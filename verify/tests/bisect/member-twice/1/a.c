struct dev {
	int id;
	int id;
};
int first(struct dev *d)
{
	return d->id;
}
