struct dev {
	int a;
	struct dev *up;
};
enum kind { K_ONE, K_TWO };
void first(struct dev *p);
int second(struct dev *p, int n);
#define get_or_else(x, p, l) do { if (!(p)) goto l; (x) = (p)->a; } while (0)
#define get_or(x, p, l) get_or_else(x, p, l)
