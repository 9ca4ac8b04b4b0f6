int first(int n, int m);
