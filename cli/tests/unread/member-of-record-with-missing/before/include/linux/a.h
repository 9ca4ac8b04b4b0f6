struct s {
	unsigned int a:1;
	int b[3;
};
