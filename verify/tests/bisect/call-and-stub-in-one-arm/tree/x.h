#ifdef CONFIG_X
int first(int n);
#else
static inline int first(int n) { return n; }
#endif
