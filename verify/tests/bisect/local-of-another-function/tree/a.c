struct clock { int rate; int users; };
int start(struct clock *c)
{
	int total = c->rate;

	return total;
}
int stop(struct clock *c)
{
	return c->users;
}
