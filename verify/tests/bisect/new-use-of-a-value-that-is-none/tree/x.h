void first(int n);
