/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _LINUX_BYTEORDER_GENERIC_H
#define _LINUX_BYTEORDER_GENERIC_H

#include <linux/types.h>

/* As on a little-endian machine. */
static inline u16 le16_to_cpu(__le16 val) { return (u16)val; }
static inline u32 le32_to_cpu(__le32 val) { return (u32)val; }
static inline __le16 cpu_to_le16(u16 val) { return (__le16)val; }
static inline __le32 cpu_to_le32(u32 val) { return (__le32)val; }

#endif /* _LINUX_BYTEORDER_GENERIC_H */
