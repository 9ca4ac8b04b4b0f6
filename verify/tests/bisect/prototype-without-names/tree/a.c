struct one { int n; };
unsigned int first(struct one *p, unsigned long n, int a[]);
unsigned int first(struct one *p, unsigned long n, int a[])
{
	return p->n + n + a[0];
}
