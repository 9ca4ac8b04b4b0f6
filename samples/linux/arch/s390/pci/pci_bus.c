// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * Buses on s390x. There are none that could be probed: functions come one by one, and those of
 * one channel are put on a bus of their own.
 *
 * Part of a miniature that only shows the shape of the real file.
 */

#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <asm/pci.h>

static LIST_HEAD(zbus_list);
static DEFINE_SPINLOCK(zbus_list_lock);
static int zpci_nb_devices;

static void zpci_bus_release(struct kref *kref)
{
	struct zpci_bus *zbus = container_of(kref, struct zpci_bus, kref);

	spin_lock(&zbus_list_lock);
	list_del(&zbus->bus_next);
	spin_unlock(&zbus_list_lock);
	kfree(zbus);
}

static void zpci_bus_put(struct zpci_bus *zbus)
{
	kref_put(&zbus->kref, zpci_bus_release);
}

static struct zpci_bus *zpci_bus_get(int pchid)
{
	struct zpci_bus *zbus, *found = NULL;

	spin_lock(&zbus_list_lock);
	list_for_each_entry(zbus, &zbus_list, bus_next) {
		if (pchid == zbus->pchid) {
			kref_get(&zbus->kref);
			found = zbus;
			break;
		}
	}
	spin_unlock(&zbus_list_lock);
	return found;
}

static struct zpci_bus *zpci_bus_alloc(int pchid)
{
	struct zpci_bus *zbus;

	zbus = kzalloc(sizeof(*zbus), GFP_KERNEL);
	if (!zbus)
		return NULL;

	zbus->pchid = pchid;
	zbus->bus_resource.flags = IORESOURCE_BUS;
	kref_init(&zbus->kref);
	INIT_LIST_HEAD(&zbus->bus_next);

	spin_lock(&zbus_list_lock);
	list_add_tail(&zbus->bus_next, &zbus_list);
	spin_unlock(&zbus_list_lock);

	return zbus;
}

#ifdef CONFIG_PCI_IOV
static int zpci_bus_link_virtfn(struct pci_dev *pdev,
		struct pci_dev *virtfn, int vfid)
{
	virtfn->physfn = pci_dev_get(pdev);
	return pci_iov_sysfs_link(pdev, virtfn, vfid);
}

static int zpci_bus_setup_virtfn(struct zpci_bus *zbus,
		struct pci_dev *virtfn, int vfn)
{
	struct zpci_dev *zdev;
	struct pci_dev *pdev;
	int vfid = vfn - 1;	/* VFs count from 1 here, from 0 there */
	int i;

	virtfn->is_virtfn = 1;
	virtfn->multifunction = 0;
	WARN_ON(vfid < 0);

	/* The PF, if this system has it, is the one that the VF lies at the right distance from. */
	for (i = 0; i < ZPCI_FUNCTIONS_PER_BUS; i++) {
		zdev = zbus->function[i];
		if (!zdev || !zdev->is_physfn)
			continue;
		pdev = pci_get_slot(zbus->bus, zdev->devfn);
		if (pci_iov_virtfn_devfn(pdev, vfid) == virtfn->devfn)
			return zpci_bus_link_virtfn(pdev, virtfn, vfid);
	}
	return 0;
}
#else
static inline int zpci_bus_setup_virtfn(struct zpci_bus *zbus,
		struct pci_dev *virtfn, int vfn)
{
	virtfn->is_virtfn = 1;
	virtfn->multifunction = 0;
	return 0;
}
#endif

static int zpci_bus_add_device(struct zpci_bus *zbus, struct zpci_dev *zdev)
{
	struct pci_bus *bus;
	struct pci_dev *pdev;
	int rc;

	bus = zbus->bus;
	if (!bus)
		return -EINVAL;

	rc = zpci_init_slot(zdev);
	if (rc)
		return rc;
	zdev->has_hp_slot = 1;

	pdev = pci_scan_single_device(bus, zdev->devfn);
	if (pdev) {
		if (!zdev->is_physfn) {
			rc = zpci_bus_setup_virtfn(zbus, pdev, zdev->vfn);
			if (rc)
				goto failed_with_pdev;
		}
		pci_bus_add_device(pdev);
	}
	return 0;

failed_with_pdev:
	pci_stop_and_remove_bus_device(pdev);
	pci_dev_put(pdev);
	return rc;
}

int zpci_bus_device_register(struct zpci_dev *zdev)
{
	struct zpci_bus *zbus = NULL;
	int rc;

	if (zpci_nb_devices == ZPCI_NR_DEVICES)
		return -ENOSPC;
	if (zdev->devfn >= ZPCI_FUNCTIONS_PER_BUS)
		return -EINVAL;

	if (zdev->rid_available)
		zbus = zpci_bus_get(zdev->pchid);
	if (!zbus)
		zbus = zpci_bus_alloc(zdev->pchid);
	if (!zbus)
		return -ENOMEM;

	zdev->zbus = zbus;
	zbus->function[zdev->devfn] = zdev;
	zbus->multifunction = zdev->rid_available;
	zpci_nb_devices++;

	rc = zpci_bus_add_device(zbus, zdev);
	if (rc) {
		pr_err("Adding PCI function %08x failed\n", zdev->fid);
		zpci_bus_device_unregister(zdev);
	}
	return rc;
}

void zpci_bus_device_unregister(struct zpci_dev *zdev)
{
	struct zpci_bus *zbus = zdev->zbus;

	zpci_nb_devices--;
	zbus->function[zdev->devfn] = NULL;
	zpci_bus_put(zbus);
}
