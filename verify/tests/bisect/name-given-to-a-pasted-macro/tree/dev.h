struct dev {
	int a;
	struct dev *up;
};
enum kind { K_ONE, K_TWO };
void first(struct dev *p);
int second(struct dev *p, int n);
#define check_int(name, p) static inline int *check_##name(void) { return (p); }
#define named(name, value, type) check_##type(name, &(value)) extern type value
