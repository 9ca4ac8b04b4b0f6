#include "act.h"

static void take(struct lock *l)
{
	l->held = 1;
}

int dump(struct common *a)
{
	struct act *act = to_act(a);
	int opt[] = { act->act_burst, act->burst };

	take(&act->act_lock);
	act->act_lock.held = opt[0];
	return act->act_index;
}
