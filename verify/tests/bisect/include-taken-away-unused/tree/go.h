struct dev;
void go(struct dev *p);
