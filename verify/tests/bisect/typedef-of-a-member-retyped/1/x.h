typedef int (*fn_t)(int, int);
struct o { fn_t f; };
