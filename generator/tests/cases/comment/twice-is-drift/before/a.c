/* same */
int a;
/* same */
int b;
