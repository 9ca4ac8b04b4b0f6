struct other { int x; };
static struct other *s;
int g(void);
int g(void)
{
	return s ? s->x : 0;
}
