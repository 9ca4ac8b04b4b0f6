int y(void) { return 0; } int x(void) { return 0; }
