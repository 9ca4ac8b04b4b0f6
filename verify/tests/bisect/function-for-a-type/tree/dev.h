#ifndef DEV_H
#define DEV_H
typedef int (*cb_t)(int);
enum { ST_ON = 1 };
struct dev;
struct ops { void (*close)(struct dev *d, int how); };
struct dev { int id; const struct ops *ops; };
void dev_put(struct dev *d);
int dev_id(struct dev *d);
#define note(d) do { dev_put(d); } while (0)
#define LATER(d) dev_put(d);
#endif
