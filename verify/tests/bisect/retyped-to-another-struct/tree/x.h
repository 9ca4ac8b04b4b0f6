struct in { int v; };
struct oth { int w; };
struct dev {
	struct in *p;
	int n;
};
