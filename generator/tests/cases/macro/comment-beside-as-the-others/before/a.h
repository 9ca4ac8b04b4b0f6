#define PUMP_CPU_VALID_READ	BIT_ULL(58)	/* pump supports write-through merge on */
#define PUMP_CPU_FUSED		BIT_ULL(60)	/* pump supports the fused form alone */
