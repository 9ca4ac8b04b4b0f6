#define pump_lo(n)	((n) & 1)
#define pump_high(n)	((n) & 8)
