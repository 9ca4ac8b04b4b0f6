#define MADE(name, fn) int name##_made(int x) { return fn(x); }

int early(int x)
{
	return x;
}

MADE(one, early)
