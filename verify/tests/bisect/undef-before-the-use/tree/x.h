#define LIM 3
