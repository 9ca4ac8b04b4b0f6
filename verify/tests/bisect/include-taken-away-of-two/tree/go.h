#ifndef GO_H
#define GO_H
struct dev;
void go(struct dev *p);
#endif
