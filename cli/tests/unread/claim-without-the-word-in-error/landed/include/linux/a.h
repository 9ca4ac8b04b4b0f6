struct dev {
	int detached;
};
