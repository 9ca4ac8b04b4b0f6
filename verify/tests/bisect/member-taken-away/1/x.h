struct dev {
	int id;
};
