int x(void) { return 0; } int y(void) { return 0; }
