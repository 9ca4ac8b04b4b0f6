// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * PCI functions on s390x: what the generic code asks of the architecture.
 *
 * Part of a miniature that only shows the shape of the real file.
 */

#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <asm/pci.h>

/* All functions that firmware told of */
static LIST_HEAD(zpci_list);
static DEFINE_SPINLOCK(zpci_list_lock);

static DECLARE_BITMAP(zpci_domain, ZPCI_NR_DEVICES);

struct zpci_dev *get_zdev_by_fid(u32 fid)
{
	struct zpci_dev *zdev, *found = NULL;

	spin_lock(&zpci_list_lock);
	list_for_each_entry(zdev, &zpci_list, entry) {
		if (zdev->fid == fid) {
			found = zdev;
			break;
		}
	}
	spin_unlock(&zpci_list_lock);
	return found;
}

static void zpci_map_resources(struct pci_dev *pdev)
{
	struct zpci_dev *zdev = to_zpci(pdev);
	int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (!resource_size(&pdev->resource[i]))
			continue;
		pdev->resource[i].name = zdev->res_name;
	}
}

int pcibios_add_device(struct pci_dev *pdev)
{
	if (pdev->is_physfn)
		pdev->no_vf_scan = 1;

	zpci_map_resources(pdev);

	return 0;
}

void pcibios_release_device(struct pci_dev *pdev)
{
	struct zpci_dev *zdev = to_zpci(pdev);

	zdev->state = ZPCI_FN_STATE_CONFIGURED;
}

int pcibios_enable_device(struct pci_dev *pdev, int mask)
{
	struct zpci_dev *zdev = to_zpci(pdev);

	zpci_debug_init_device(zdev, dev_name(&pdev->dev));
	zpci_fmb_enable_device(zdev);

	return pci_enable_resources(pdev, mask);
}

void pcibios_disable_device(struct pci_dev *pdev)
{
	struct zpci_dev *zdev = to_zpci(pdev);

	zpci_fmb_disable_device(zdev);
	zpci_debug_exit_device(zdev);
}

int zpci_create_device(struct zpci_dev *zdev)
{
	unsigned long *word = &zpci_domain[zdev->uid / BITS_PER_LONG];

	if (zdev->uid >= ZPCI_NR_DEVICES)
		return -EINVAL;

	*word |= 1UL << (zdev->uid % BITS_PER_LONG);
	kref_init(&zdev->kref);

	spin_lock(&zpci_list_lock);
	list_add_tail(&zdev->entry, &zpci_list);
	spin_unlock(&zpci_list_lock);

	return zpci_bus_device_register(zdev);
}

int __init pci_base_init(void)
{
	if (!list_empty(&zpci_list))
		pr_warn("functions were found before the bus was there\n");
	return 0;
}
