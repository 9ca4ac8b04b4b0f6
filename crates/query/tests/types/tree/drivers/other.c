/* Same tags as elsewhere, and not visible from there. */
struct priv {
	struct device *bus;
};

struct dup {
	struct device *a;
};
