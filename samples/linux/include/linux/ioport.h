/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/types.h>

struct resource {
	resource_size_t start;
	resource_size_t end;
	const char *name;
	unsigned long flags;
	struct resource *parent, *sibling, *child;
};

#define IORESOURCE_IO		0x00000100
#define IORESOURCE_MEM		0x00000200
#define IORESOURCE_BUS		0x00001000

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

int request_resource(struct resource *root, struct resource *item);

#endif /* _LINUX_IOPORT_H */
