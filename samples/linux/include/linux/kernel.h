/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/types.h>

#define EIO		5
#define ENXIO		6
#define ENOMEM		12
#define EFAULT		14
#define EBADF		9
#define EINVAL		22
#define ENOSPC		28
#define EPROBE_DEFER	517

#define ARRAY_SIZE(arr)	(sizeof(arr) / sizeof((arr)[0]))

#define container_of(ptr, type, member) ({			\
	void *__mptr = (void *)(ptr);				\
	((type *)(__mptr - offsetof(type, member))); })

#define min_t(type, x, y) ({		\
	type __x = (x);			\
	type __y = (y);			\
	__x < __y ? __x : __y; })

#define WARN_ON(condition) ({			\
	int __ret_warn_on = !!(condition);	\
	unlikely(__ret_warn_on); })

#define EXPORT_SYMBOL(sym)	extern typeof(sym) sym
#define EXPORT_SYMBOL_GPL(sym)	extern typeof(sym) sym

__printf(1, 2) int printk(const char *fmt, ...);
#define pr_err(fmt, ...)	printk(fmt, ##__VA_ARGS__)
#define pr_warn(fmt, ...)	printk(fmt, ##__VA_ARGS__)

void *memset(void *s, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);

#endif /* _LINUX_KERNEL_H */
