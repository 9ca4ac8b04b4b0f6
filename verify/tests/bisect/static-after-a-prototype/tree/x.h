int first(int n);
