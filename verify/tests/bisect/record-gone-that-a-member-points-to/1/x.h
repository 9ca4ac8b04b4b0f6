struct window {
	int start;
};
