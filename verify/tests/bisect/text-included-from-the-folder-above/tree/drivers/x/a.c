struct node {
	int left;
	int right;
};

#include "sub/text.c"
