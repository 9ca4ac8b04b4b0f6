struct chip;
int chip_ask(struct chip *c);

int chip_run(struct chip *c)
{
	return chip_ask(c);
}
