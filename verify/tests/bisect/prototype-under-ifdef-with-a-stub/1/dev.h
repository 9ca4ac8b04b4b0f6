struct dev {
	int a;
	struct dev *up;
};
enum kind { K_ONE, K_TWO };
#ifdef CONFIG_B
void first(struct dev *p);
#else
static inline void first(struct dev *p) { }
#endif
int second(struct dev *p, int n);
