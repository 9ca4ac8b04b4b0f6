typedef struct { unsigned long end_brk; } context_t;
