int slow(int x);
int quick(int x);
