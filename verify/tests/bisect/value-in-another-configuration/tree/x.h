#ifdef CONFIG_X
int first(int n);
#else
static inline void first(int n) { }
#endif
