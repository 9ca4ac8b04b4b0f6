int one(int x);
