#define EVENT(name) int trace_##name(void);
EVENT(run)
static int run(int n, int m)
{
	return n;
}
int get(int n)
{
	return run(n, 1);
}
