struct box {
	int weight;
};
struct dev {
	int id;
	int weight;
};
