int second(int n);
