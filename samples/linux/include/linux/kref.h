/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _LINUX_KREF_H
#define _LINUX_KREF_H

#include <linux/types.h>

struct kref {
	atomic_t refcount;
};

void kref_init(struct kref *kref);
void kref_get(struct kref *kref);
int kref_put(struct kref *kref, void (*release)(struct kref *kref));

#endif /* _LINUX_KREF_H */
