#define __counted_by(m)

struct iter { int size; char buffer[] __counted_by(size); };

int f(struct iter *i)
{
	return i->size + i->buffer[0];
}
