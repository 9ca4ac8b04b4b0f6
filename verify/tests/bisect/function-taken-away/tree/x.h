int first(int n);
int second(int n);
