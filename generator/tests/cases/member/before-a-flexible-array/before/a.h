struct s {
	int len;
	int data[];
};
