struct other {
	int y;
};
