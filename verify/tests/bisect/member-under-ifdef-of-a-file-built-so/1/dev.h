struct dev {
	int a;
#ifdef CONFIG_B
	int b;
#endif
	struct dev *up;
};
enum kind { K_ONE, K_TWO };
void first(struct dev *p);
int second(struct dev *p, int n);
