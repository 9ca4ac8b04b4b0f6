int pump_stop(struct pump *p)
{
	if (p->running) {
		/* the valve first */
		close_valve(p,
			    p->inlet);

		/*
		 * Then the motor,
		 * which is slow.
		 */
		p->speed =
			low(p) +
			rest(p);
		if (p->hot)
			goto out;
		cool(p);
out:
		settle(p);
	}
	return 0;
}
