struct s {
	unsigned int a:1;
	unsigned int detached:1;
	int b[3;
};
