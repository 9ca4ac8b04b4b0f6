#include <asm/io.h>
int seen(void);
