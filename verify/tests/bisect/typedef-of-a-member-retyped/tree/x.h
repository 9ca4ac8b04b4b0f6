typedef int (*fn_t)(int);
struct o { fn_t f; };
