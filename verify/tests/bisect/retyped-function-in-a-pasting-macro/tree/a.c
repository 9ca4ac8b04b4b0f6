#define EVENT(name) int trace_##name(void);
EVENT(run)
static int run(int n)
{
	return n;
}
int get(int n)
{
	return run(n);
}
