struct dev {
	int id;
	int weight;
};
struct box {
	int weight;
};
