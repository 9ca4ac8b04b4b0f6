struct other {
	int y;
};
struct region {
	int start;
};
