#define BODY(op) \
	static inline int op##_lock(int n) { return n; }
#define OPS(op, kind) BODY(op) \
	static inline int op##_##kind(int n) { return n; }

OPS(spin, trylock)
