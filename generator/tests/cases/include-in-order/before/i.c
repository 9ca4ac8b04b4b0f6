#include <linux/kernel.h>
#include <linux/pci.h>
#include <asm/io.h>

#include "own.h"

int x;
