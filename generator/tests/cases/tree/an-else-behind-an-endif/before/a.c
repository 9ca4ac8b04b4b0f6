void first(void);
void second(void);

void foo(int on, int n)
{
#ifdef CONFIG_FOO
	if (on)
		first();
#else
	if (n)
		first();
#endif
	else
		second();
}
