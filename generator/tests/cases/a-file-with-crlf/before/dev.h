struct dev {
	int a;
};
