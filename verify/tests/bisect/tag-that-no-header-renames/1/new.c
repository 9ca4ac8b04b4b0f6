#include "note.h"

int f(int n)
{
	struct mote en;

	en.size = n;
	return en.size + sizeof(en);
}
