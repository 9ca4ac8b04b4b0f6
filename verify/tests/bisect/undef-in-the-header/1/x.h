#define LIM 3
#undef LIM
