struct in { int v; };
struct oth { int w; };
struct dev {
	struct oth *p;
	int n;
};
