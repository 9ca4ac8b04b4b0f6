#define SECTION(x) __attribute__((section(x)))
#define PER(type, name) SECTION(".data.per") __typeof__(type) name
#define SOME(type, name) static type SECTION(".data.some") name = 1

PER(int, left);
SOME(int, right);

int go(void)
{
	return 0;
}
