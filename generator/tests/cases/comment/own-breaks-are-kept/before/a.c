void pump_run(struct pump *p)
{
	/* Old words. */
	prime(p);
}
