#define MADE(name, fn) int name##_made(int x) { return fn(x); }

MADE(one, early)
