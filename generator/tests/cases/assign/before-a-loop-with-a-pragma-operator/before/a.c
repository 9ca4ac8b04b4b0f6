int f(struct foo *x)
{
	int i;

	go(x);
	_Pragma("GCC unroll 4")
	for (i = 0; i < 9; i++)
		go(x);
}
