int use(int x);
int drain(int count)
{
	use(count);
	return n;
}
