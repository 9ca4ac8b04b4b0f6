struct one {
	int id;
	struct two inner;
};
struct two {
	int n;
};
