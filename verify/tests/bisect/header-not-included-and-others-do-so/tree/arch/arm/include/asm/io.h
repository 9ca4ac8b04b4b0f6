#include <mach/io.h>
int readl(void);
