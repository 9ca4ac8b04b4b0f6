#define __maybe_unused __attribute__((unused))
#define COMPX \
	unsigned int xm; int xe; int xs __maybe_unused; int xc
#define COMPBOTH COMPX
#define NEXT(v) do { int inner = v; (void)inner; } while (0)
