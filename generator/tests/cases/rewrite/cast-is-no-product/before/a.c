typedef unsigned long chip_size;
unsigned long times(unsigned long a, unsigned long b);

chip_size chip_run(int *n, int count)
{
	return (chip_size) * n + (u8) * n + (count) * *n;
}
