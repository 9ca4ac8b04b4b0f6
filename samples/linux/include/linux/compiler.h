/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#define __init			__attribute__((__section__(".init.text")))
#define __weak			__attribute__((__weak__))
#define __packed		__attribute__((__packed__))
#define __must_check		__attribute__((__warn_unused_result__))
#define __maybe_unused		__attribute__((__unused__))
#define __printf(a, b)		__attribute__((__format__(printf, a, b)))

/* Marks for the checker alone. */
#define __iomem
#define __user
#define __bitwise

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define offsetof(type, member)	__builtin_offsetof(type, member)

#endif /* _LINUX_COMPILER_H */
