struct one {
	int id;
};
struct two {
	int n;
};
