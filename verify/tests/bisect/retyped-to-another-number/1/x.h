struct in { int v; };
struct dev {
	struct in *p;
	unsigned char n;
};
