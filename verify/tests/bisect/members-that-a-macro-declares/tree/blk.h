#define BLK \
	char name[8]; \
	unsigned int id
struct cfg { BLK; int width; };
