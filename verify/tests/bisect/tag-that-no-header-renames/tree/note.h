#ifdef CONFIG_64BIT
#define note note64
struct note64 { long size; };
#else
#define note note32
struct note32 { int size; };
#endif
struct mote;
