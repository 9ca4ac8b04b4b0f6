int pump_run(struct pump *p)
{
	prime(p);
	start(p);
	return 0;
}
