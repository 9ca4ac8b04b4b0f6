int f(struct foo *f)
{
	int i;

#pragma GCC unroll 4
	for (i = 0; i < 9; i++)
		go(f);
	return 0;
}
