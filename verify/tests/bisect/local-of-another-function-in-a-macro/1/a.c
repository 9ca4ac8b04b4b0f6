#define warn_on(x) ((x) ? report(#x) : 0)
int report(const char *text);
int start(int n)
{
	int broken = n;

	return broken;
}
int stop(int n)
{
	return warn_on(broken);
}
