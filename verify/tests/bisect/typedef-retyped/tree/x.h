struct in { int v; };
typedef struct in in_t;
