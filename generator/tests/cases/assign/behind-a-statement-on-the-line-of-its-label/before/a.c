int f(struct foo *x)
{
	if (!x)
		goto out;
	park(x);
out:	go(x);
	return 0;
}
