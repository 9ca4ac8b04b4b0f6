// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * Devices come to their buses.
 *
 * Part of a miniature that only shows the shape of the real file.
 */

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/pci.h>

#include "pci.h"

void __weak pcibios_bus_add_device(struct pci_dev *pdev) { }

/* Shows a device to the world, and then to the drivers. */
void pci_bus_add_device(struct pci_dev *dev)
{
	int retval;

	/* Resources are assigned by now, which they need not be when the device is found. */
	pcibios_bus_add_device(dev);
	pci_fixup_device(pci_fixup_final, dev);
	pci_create_sysfs_dev_files(dev);
	pci_proc_attach_device(dev);
	pci_bridge_d3_update(dev);

	dev->match_driver = true;
	retval = device_attach(&dev->dev);
	if (retval < 0 && retval != -EPROBE_DEFER) {
		pci_warn(dev, "no driver could be attached (%d)\n", retval);
		pci_proc_detach_device(dev);
		pci_remove_sysfs_dev_files(dev);
		return;
	}

	pci_dev_assign_added(dev, true);
}
EXPORT_SYMBOL_GPL(pci_bus_add_device);

void pci_bus_add_devices(const struct pci_bus *bus)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, &bus->devices, bus_list) {
		if (pci_dev_is_added(dev))
			continue;
		pci_bus_add_device(dev);
	}

	list_for_each_entry(dev, &bus->devices, bus_list)
		if (dev->subordinate)
			pci_bus_add_devices(dev->subordinate);
}
EXPORT_SYMBOL(pci_bus_add_devices);
