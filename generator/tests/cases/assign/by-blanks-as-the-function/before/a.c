void pump_run(struct pump *p)
{
    prime(p);

    if (p->primed)
        start(p);
}
