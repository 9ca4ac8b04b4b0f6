int f(struct foo *f)
{
	if (f->bad)
		goto out;
	go(f);
out:
	kick(f);
	switch (f->n) {
	case 1:
		kick(f);
		break;
	}
	return 0;
}
