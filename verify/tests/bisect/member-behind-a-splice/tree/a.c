#include "each.h"
struct node { struct node *next; };
