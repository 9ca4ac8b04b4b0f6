struct ops { int (*open)(int n); };
static int run(int n)
{
	return n;
}
struct ops main_ops = {
	.open = run,
};
