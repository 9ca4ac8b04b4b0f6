#define MAKE(x) int made_##x = 1
#define ATTR(x) MAKE(x##_attr)
#define BOTH(a, b) int a##b = 2
#define OPS(x) int x##_ops = 3
ATTR(name);
BOTH(sur, name);
OPS(quay);
int first(void)
{
	return 0;
}
