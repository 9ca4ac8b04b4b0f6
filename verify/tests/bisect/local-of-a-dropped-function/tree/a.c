struct adapter { int n; };
#ifdef CONFIG_X
static int count(struct adapter *adap)
{
	return adap->n;
}
#else
static int count(struct adapter *adap)
{
	return adap ? 1 : 0;
}
#endif
int first(struct adapter *a)
{
	return count(a);
}
