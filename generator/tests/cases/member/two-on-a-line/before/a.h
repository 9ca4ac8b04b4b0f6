struct s {
	int len; int end;
};
