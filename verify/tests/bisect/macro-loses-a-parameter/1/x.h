#define add(a, b, c) ((a) + (b) + (c))
#define twice(a) add(a, a)
