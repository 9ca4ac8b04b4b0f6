void chip_first(void);
void chip_second(void);

void chip_run(int c)
{
	if (c) {
#ifdef CONFIG_CHIP
		chip_first();
#endif
		chip_second();
	}
}
