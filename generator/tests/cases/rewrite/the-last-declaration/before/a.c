int f(struct foo *f)
{
	int j;
	int i = first(f);

	return i;
}
