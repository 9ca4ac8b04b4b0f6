int first(int n, int m);
int second(int n);
