/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/list.h>
#include <linux/mutex.h>

struct device;

struct bus_type {
	const char	*name;
	int (*probe)(struct device *dev);
	void (*remove)(struct device *dev);
};

struct device {
	struct device		*parent;
	struct bus_type		*bus;
	const char		*init_name;
	void			*driver_data;
	struct mutex		mutex;
	struct list_head	devres_head;
	u64			*dma_mask;
};

static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name;
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

int __must_check device_attach(struct device *dev);

__printf(2, 3) void dev_err(const struct device *dev, const char *fmt, ...);
__printf(2, 3) void dev_warn(const struct device *dev, const char *fmt, ...);
__printf(2, 3) void dev_info(const struct device *dev, const char *fmt, ...);

#endif /* _LINUX_DEVICE_H */
