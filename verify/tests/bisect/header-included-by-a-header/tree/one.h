#include "two.h"
int one(int x);
