#define A(x)	do {	\
	x;		\
} while (0)
#define B 2
