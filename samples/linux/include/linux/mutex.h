/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/types.h>

struct mutex {
	atomic_t		owner;
	struct list_head	wait_list;
};

#define DEFINE_MUTEX(mutexname) \
	struct mutex mutexname = { .wait_list = { &(mutexname).wait_list, &(mutexname).wait_list } }

void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

#endif /* _LINUX_MUTEX_H */
