struct dev {
	int a;
	struct dev *up;
};
enum kind { K_ONE, K_TWO };
static inline void first(struct dev *p)
{
	p->a = 0;
}
int second(struct dev *p, int n);
