struct dev;
struct ops {
	int (*open)(struct dev *d, int mode);
	void (*close)(struct dev *d);
};
struct dev {
	const struct ops *ops;
	int mode;
	unsigned long flags;
};
