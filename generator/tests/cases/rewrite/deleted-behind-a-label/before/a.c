struct chip;
void chip_first(struct chip *c);
void chip_second(struct chip *c);
void chip_third(struct chip *c);

void chip_run(struct chip *c)
{
	if (!c)
		goto out;
	chip_first(c);
out:
	chip_second(c);
}
