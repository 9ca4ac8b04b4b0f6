#ifndef LINUX_A_H
#define LINUX_A_H

static inline bool busy(struct dev *dev)
{
	return atomic_read(&dev->users) > 0;
}

#endif
