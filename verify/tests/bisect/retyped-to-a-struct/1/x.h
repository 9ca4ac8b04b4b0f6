struct in { int v; };
struct dev {
	struct in *p;
	struct in n;
};
