// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * A physical function brings its virtual functions to life.
 *
 * Part of a miniature that only shows the shape of the real file.
 */

#include <linux/kernel.h>
#include <linux/pci.h>

#include "pci.h"

#ifdef CONFIG_PCI_IOV

int pci_iov_virtfn_bus(struct pci_dev *dev, int id)
{
	if (!dev->is_physfn)
		return -EINVAL;
	return dev->bus->number + ((dev->devfn + dev->sriov->offset +
				    dev->sriov->stride * id) >> 8);
}

int pci_iov_virtfn_devfn(struct pci_dev *dev, int id)
{
	if (!dev->is_physfn)
		return -EINVAL;
	return (dev->devfn + dev->sriov->offset +
		dev->sriov->stride * id) & 0xff;
}
EXPORT_SYMBOL_GPL(pci_iov_virtfn_devfn);

int pci_iov_add_virtfn(struct pci_dev *dev, int id)
{
	int rc = -ENOMEM;
	struct pci_dev *virtfn;
	struct pci_sriov *iov = dev->sriov;

	virtfn = pci_alloc_dev(dev->bus);
	if (!virtfn)
		return rc;

	virtfn->devfn = pci_iov_virtfn_devfn(dev, id);
	virtfn->vendor = dev->vendor;
	virtfn->device = iov->vf_device;
	virtfn->is_virtfn = 1;
	virtfn->physfn = pci_dev_get(dev);

	rc = pci_setup_device(virtfn);
	if (rc)
		goto failed1;

	virtfn->dev.parent = dev->dev.parent;
	virtfn->multifunction = 0;

	pci_device_add(virtfn, virtfn->bus);
	rc = pci_iov_sysfs_link(dev, virtfn, id);
	if (rc)
		goto failed1;

	pci_bus_add_device(virtfn);

	return 0;

failed1:
	pci_stop_and_remove_bus_device(virtfn);
	pci_dev_put(dev);

	return rc;
}

int pci_enable_sriov(struct pci_dev *dev, int nr_virtfn)
{
	int i, rc = 0;

	if (!dev->is_physfn || nr_virtfn > dev->sriov->total_VFs)
		return -EINVAL;
	if (dev->no_vf_scan)
		return 0;

	for (i = 0; i < nr_virtfn && !rc; i++)
		rc = pci_iov_add_virtfn(dev, i);
	dev->sriov->num_VFs = i;

	return rc;
}
EXPORT_SYMBOL_GPL(pci_enable_sriov);

#endif /* CONFIG_PCI_IOV */
