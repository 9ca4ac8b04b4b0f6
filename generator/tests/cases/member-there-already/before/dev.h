/* SPDX-License-Identifier: GPL-2.0 */
struct dev {
	unsigned int	first:1;	/* Comes first */
	unsigned int	second:1;	/* Comes second,
					 * and says more */
	struct dev	*parent;
	const char *name;
};
