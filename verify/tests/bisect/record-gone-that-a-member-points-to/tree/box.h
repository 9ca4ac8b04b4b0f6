struct box {
	struct region *in;
};
