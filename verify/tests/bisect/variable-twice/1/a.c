int level = 1;
int level = 2;
