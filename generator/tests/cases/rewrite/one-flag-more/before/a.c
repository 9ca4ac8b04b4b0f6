static int f(struct a *a)
{
	return g(a->irq, IRQF_SHARED | IRQF_TRIGGER_LOW, a) ||
	       g(a->other, IRQF_SHARED, a);
}
