extern int level;
int level = 3;
