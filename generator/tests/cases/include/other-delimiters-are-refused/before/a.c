// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <asm/io.h>

#include "pci.h"

int a;
