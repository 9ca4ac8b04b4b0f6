int use(int x);
int start(int n)
{
	void *to = n ? &&one : &&two;

	goto *to;
one:
	return use(n);
}
