struct box {
	struct window *in;
};
