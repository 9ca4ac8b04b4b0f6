struct s {
	int a;
	int d;
};
