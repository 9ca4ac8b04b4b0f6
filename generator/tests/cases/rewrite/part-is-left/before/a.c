void chip_run(int n);

void chip_start(int n)
{
	if (n)
		chip_run(n);
	else
		chip_run(n);
}
