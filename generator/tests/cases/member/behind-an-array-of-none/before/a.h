struct s {
	int len;
	int data[0];
};
