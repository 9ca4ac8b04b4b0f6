int hook(int n);
