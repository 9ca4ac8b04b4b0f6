#define add(a, b) ((a) + (b))
#define twice(a) add(a, a)
