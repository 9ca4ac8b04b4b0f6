struct dev {
	int a;
	struct dev *up;
};
enum kind { K_ONE, K_TWO };
void first(struct dev *p);
int second(struct dev *p, int n);
