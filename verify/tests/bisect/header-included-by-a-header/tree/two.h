int two(int x);
