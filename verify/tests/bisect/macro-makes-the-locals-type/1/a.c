#include "made.h"
struct search { struct closure cl; int bio; };

int f(struct closure *cl)
{
	closure_type(s, struct search, cl);

	s->bio = 1;
	return s->cl.n + s->bio;
}
