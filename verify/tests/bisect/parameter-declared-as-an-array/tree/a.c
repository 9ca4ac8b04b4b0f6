int f(int argc, const char *argv[]);
