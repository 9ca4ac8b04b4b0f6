// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * Devices are switched on and off.
 *
 * Part of a miniature that only shows the shape of the real file.
 */

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/pci.h>

#include "pci.h"

/* What an architecture need not have. */
int __weak pcibios_add_device(struct pci_dev *dev)
{
	return 0;
}

void __weak pcibios_release_device(struct pci_dev *dev) {}

void __weak pcibios_disable_device(struct pci_dev *dev) {}

int __weak pcibios_enable_device(struct pci_dev *dev, int bars)
{
	return pci_enable_resources(dev, bars);
}

static int do_pci_enable_device(struct pci_dev *dev, int bars)
{
	int err;
	u16 cmd;
	u8 pin;

	err = pci_set_power_state(dev, PCI_D0);
	if (err < 0 && err != -EIO)
		return err;

	err = pcibios_enable_device(dev, bars);
	if (err < 0)
		return err;
	pci_fixup_device(pci_fixup_enable, dev);

	if (dev->msi_enabled || dev->msix_enabled)
		return 0;

	pci_read_config_byte(dev, PCI_INTERRUPT_PIN, &pin);
	if (pin) {
		pci_read_config_word(dev, PCI_COMMAND, &cmd);
		if (cmd & PCI_COMMAND_INTX_DISABLE)
			pci_write_config_word(dev, PCI_COMMAND,
					      cmd & ~PCI_COMMAND_INTX_DISABLE);
	}

	return 0;
}

int pci_enable_device(struct pci_dev *dev)
{
	int i, bars = 0;

	if (dev->enable_cnt.counter++)
		return 0;		/* on already */

	for (i = 0; i < DEVICE_COUNT_RESOURCE; i++)
		if (dev->resource[i].flags & (IORESOURCE_MEM | IORESOURCE_IO))
			bars |= (1 << i);

	return do_pci_enable_device(dev, bars);
}
EXPORT_SYMBOL(pci_enable_device);

void pci_disable_device(struct pci_dev *dev)
{
	u16 cmd;

	if (WARN_ON(dev->enable_cnt.counter <= 0))
		return;
	if (--dev->enable_cnt.counter)
		return;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
	pcibios_disable_device(dev);
	dev->is_busmaster = 0;
}
EXPORT_SYMBOL(pci_disable_device);

static int __init pci_init(void)
{
	return pcibios_err_to_errno(PCIBIOS_SUCCESSFUL);
}
int (*pci_initcall)(void) = pci_init;
