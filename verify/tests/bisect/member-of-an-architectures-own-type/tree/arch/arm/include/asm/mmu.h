typedef struct { int id; } context_t;
