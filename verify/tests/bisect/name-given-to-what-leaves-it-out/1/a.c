#define TRACE(name)

int go(int x)
{
	TRACE(ps_get_next);
	return x;
}
