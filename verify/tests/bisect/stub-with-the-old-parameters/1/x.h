#ifdef CONFIG_X
int first(int n, int m);
#else
static inline int first(int n) { return n; }
#endif
