#include "x.h"
void first(int n)
{
}
