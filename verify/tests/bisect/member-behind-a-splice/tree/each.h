#define entry(p, t, m) ((t *)((char *)(p) - __builtin_offsetof(t, m)))
#define each(pos, head, member) \
	for (pos = entry(head, __typeof__(*(pos)), member); pos; pos = (pos)->member.next)
#define each_of(table, pos, member, key) \
	each(pos, &table[key],\
		member)
