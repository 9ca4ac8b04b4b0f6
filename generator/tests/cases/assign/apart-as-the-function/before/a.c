void pump_run(struct pump *p)
{
	prime(p);

	if (p->primed)
		p->low = 1;

	start(p);

	while (p->slow)
		push(p);

	log_start(p);
}
