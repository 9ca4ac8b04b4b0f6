int f(struct foo *f)
{
	int i = first(f);
	int j;

	return i;
}
