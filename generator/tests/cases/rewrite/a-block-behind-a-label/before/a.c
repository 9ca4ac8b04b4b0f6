int f(struct foo *f)
{
	if (f->bad)
		goto out;
	go(1);
out:
	kick(f);
	return 0;
}
