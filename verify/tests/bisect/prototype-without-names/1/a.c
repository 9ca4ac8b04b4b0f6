struct one { int n; };
unsigned first(struct one *, long unsigned int, int *) __attribute__((pure));
unsigned int first(struct one *p, unsigned long n, int a[])
{
	return p->n + n + a[0];
}
