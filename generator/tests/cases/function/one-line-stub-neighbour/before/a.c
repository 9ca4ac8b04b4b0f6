static inline int f(void) { return 0; }
static inline int g(void) { return 0; }
