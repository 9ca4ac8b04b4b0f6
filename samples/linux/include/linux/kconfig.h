/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _LINUX_KCONFIG_H
#define _LINUX_KCONFIG_H

/* An option that is set to 1 pastes into a placeholder, which brings a second argument along. */
#define __ARG_PLACEHOLDER_1		0,
#define __take_second_arg(ignored, val, ...)	val
#define __is_defined(x)			___is_defined(x)
#define ___is_defined(val)		____is_defined(__ARG_PLACEHOLDER_##val)
#define ____is_defined(arg1_or_junk)	__take_second_arg(arg1_or_junk 1, 0)

#define IS_ENABLED(option)		__is_defined(option)

#endif /* _LINUX_KCONFIG_H */
