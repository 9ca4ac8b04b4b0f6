struct dev {
	int id;
};
struct box {
	int weight;
};
