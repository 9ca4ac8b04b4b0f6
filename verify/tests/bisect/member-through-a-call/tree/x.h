struct dev { int id; struct dev *up; };
struct box { int weight; };
struct dev *parent(struct dev *d);
