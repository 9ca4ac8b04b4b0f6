#define A 1
#define Z 9

struct s {
	int a;
	int z;
};
