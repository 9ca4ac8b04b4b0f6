struct chip;
int chip_ready(struct chip *c);

CHIP_TESTS = {
	{ "one", test_one },
	{ NULL, NULL },
};

int chip_run(struct chip *c)
{
	return chip_ready(c);
}
