int f(struct foo *f)
{
	if (f->on)
#ifdef CONFIG_KICK
		kick(f);
#else
		park(f);
#endif
	return 0;
}
