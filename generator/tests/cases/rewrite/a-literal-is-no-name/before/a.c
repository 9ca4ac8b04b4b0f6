int use(const char *what, int c, int n);

int foo(int limit)
{
	return use("limit", 'l', limit) + use("4", '4', 4);
}
