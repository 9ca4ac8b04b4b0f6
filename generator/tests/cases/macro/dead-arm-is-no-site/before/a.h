#if 0
#define A 1
#endif
#define A 2
