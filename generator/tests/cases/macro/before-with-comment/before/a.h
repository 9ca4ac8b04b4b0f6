#define A 1
/* b */
#define B 2
