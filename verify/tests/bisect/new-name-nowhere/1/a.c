int use(int x)
{
	return brand_new(x);
}
