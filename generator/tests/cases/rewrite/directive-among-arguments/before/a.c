int chip_set(int n, int how);
int chip_put(int n, int how);

int chip_run(int n)
{
	return chip_set(n,
#ifdef CONFIG_CHIP
			1
#else
			2
#endif
			);
}
