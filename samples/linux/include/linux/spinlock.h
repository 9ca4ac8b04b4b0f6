/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/types.h>

typedef struct {
	atomic_t val;
} spinlock_t;

#define DEFINE_SPINLOCK(x)	spinlock_t x = { .val = { 0 } }

void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

#endif /* _LINUX_SPINLOCK_H */
