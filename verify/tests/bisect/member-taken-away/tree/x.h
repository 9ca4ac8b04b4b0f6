struct dev {
	int id;
	int weight;
};
