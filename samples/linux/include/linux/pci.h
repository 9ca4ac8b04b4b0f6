/* SPDX-License-Identifier: GPL-2.0 */
struct pci_dev {
	unsigned int	no_vf_scan:1;		/* Leave its VFs alone once IOV is on */
};
