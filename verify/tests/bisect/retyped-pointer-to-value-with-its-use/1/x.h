struct in { int v; };
struct dev {
	struct in p;
	int n;
};
