// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * Errors are made on purpose, to see whether they are found.
 *
 * Part of a miniature that only shows the shape of the real file.
 */

#include <linux/kernel.h>
#include <linux/pci.h>

/* Takes a device's memory away. A VF's is its PF's to take, so the PF has to be there. */
int eeh_debugfs_break_device(struct pci_dev *pdev)
{
	struct resource *bar = NULL;
	int i, pos;
	u16 old, bit;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (pdev->resource[i].flags & IORESOURCE_MEM) {
			bar = &pdev->resource[i];
			break;
		}
	}

	if (!bar) {
		pci_err(pdev, "there is no memory to take away\n");
		return -ENXIO;
	}

	if (pdev->is_virtfn) {
#ifndef CONFIG_PCI_IOV
		return -ENXIO;
#else
		pdev = pdev->physfn;
		if (!pdev)
			return -ENXIO; /* somebody else's */

		pos  = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_SRIOV);
		pos += PCI_SRIOV_CTRL;
		bit  = PCI_SRIOV_CTRL_MSE;
#endif /* !CONFIG_PCI_IOV */
	} else {
		bit = PCI_COMMAND_MEMORY;
		pos = PCI_COMMAND;
	}

	pci_read_config_word(pdev, pos, &old);
	pci_write_config_word(pdev, pos, old & ~bit);

	return 0;
}
