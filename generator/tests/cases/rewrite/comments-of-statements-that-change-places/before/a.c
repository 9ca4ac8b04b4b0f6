struct chip;
void chip_first(struct chip *c);
void chip_second(struct chip *c);
void chip_third(struct chip *c);

void chip_run(struct chip *c)
{
	chip_first(c);	/* wakes the clock */
	chip_second(c);
}
