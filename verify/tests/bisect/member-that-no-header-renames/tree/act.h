#include "common.h"

struct act { struct common common; int burst; };
static inline struct act *to_act(struct common *a)
{
	return (struct act *)a;
}
