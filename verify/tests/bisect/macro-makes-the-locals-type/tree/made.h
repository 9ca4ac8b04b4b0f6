#define container_of(p, t, m) ((t *)((char *)(p) - __builtin_offsetof(t, m)))
struct closure { int n; };
#define closure_type(name, type, member) type *name = container_of(cl, type, member)
