struct chip {
	int used;
	int unused;
};
