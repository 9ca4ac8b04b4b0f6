struct chip;
struct chip *chip_run(void *data)
{
	struct chip *c;

	c = chip_cast(chip_t, (void *)data, return);

	return c;
}
