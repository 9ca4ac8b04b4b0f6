#include <linux/slab.h>
#include <linux/device.h>

#include <linux/delay.h>
#include <linux/pci.h>
#include <asm/page.h>

int a;
