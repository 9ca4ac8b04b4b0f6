#include <asm/mmu.h>
struct mm { context_t context; };
