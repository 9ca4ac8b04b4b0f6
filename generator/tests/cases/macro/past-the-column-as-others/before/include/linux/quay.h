#define upper_16_bits(n) ((u16)((n) >> 16))

#define lower_16_bits(n) ((u16)((n) & 0xffff))

#define REPEAT_BYTE(x)	((~0ul / 0xff) * (x))
