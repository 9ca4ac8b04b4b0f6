static inline u8 mpcifc(u64 req, struct fib *fib, u8 *status)
{
	u8 cc;

	asm volatile (
		"	.insn	rxy,0xe300000000d0,%[req],%[fib]\n"
		"	ipm	%[cc]\n"
		: [cc] "=d" (cc), [req] "+d" (req), [fib] "+Q" (*fib)
		: : "cc");
	*status = req >> 24 & 0xff;
	return cc;
}

static inline int pcilg(u64 *data, u64 req, u8 *status)
{
	int cc = -ENXIO;

	asm volatile("nop" :: "d" (req) : "cc");
	if (!cc)
		*data = req;
	*status = req >> 24 & 0xff;
	asm volatile("nop" ::: "memory");
	*status = cc;
	return cc;
}
