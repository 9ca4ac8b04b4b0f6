#define offsetof(t, m) __builtin_offsetof(t, m)
#define container_of(p, t, m) ((t *)((char *)(p) - offsetof(t, m)))
struct link { struct link *next; };
struct dev { int id; struct link node; };
struct box { struct link list; };
int get(struct link *l)
{
	return container_of(l, struct dev, node)->id;
}
