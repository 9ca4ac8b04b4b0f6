int chip_set(int n, int how);
int chip_clear(int n);

int chip_run(int n)
{
	return chip_set(n, /* in ticks */ 2);
}
