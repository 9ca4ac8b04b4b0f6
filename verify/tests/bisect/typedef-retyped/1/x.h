struct in { int v; };
typedef int in_t;
