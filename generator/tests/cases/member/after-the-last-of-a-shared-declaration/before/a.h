struct s {
	int a, c;
	int d;
};
