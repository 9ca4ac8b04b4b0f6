int slow(int x);
