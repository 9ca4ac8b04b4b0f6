#ifdef CONFIG_M
#define is_a(x) ((x)->a)
#else
#define is_a(x) (false)
#endif
