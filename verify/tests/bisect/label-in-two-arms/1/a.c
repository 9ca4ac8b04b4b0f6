int use(int x);
int start(int n)
{
	if (use(n))
		goto out;
#ifdef CONFIG_A
out:
	return 1;
#else
out:
	return 0;
#endif
}
