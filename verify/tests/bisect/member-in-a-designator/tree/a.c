struct ops { int (*open)(void); };
struct box { int (*close)(void); };
int run(void);
struct ops main_ops = {
	.open = run,
};
