#ifndef COMMON_H
#define COMMON_H
struct lock { int held; };
struct common { int index; struct lock lock; };
#define act_lock common.lock
#define act_index common.index
#endif
