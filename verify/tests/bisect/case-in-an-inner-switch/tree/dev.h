struct dev {
	int a;
	struct dev *up;
};
void first(struct dev *p);
