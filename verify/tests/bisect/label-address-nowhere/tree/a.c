int use(int x);
int start(int n)
{
	void *to = &&one;

	goto *to;
one:
	return use(n);
}
