char *s = "/* same */";
/* same */
int b;
