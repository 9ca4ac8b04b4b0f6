struct region {
	int start;
};
