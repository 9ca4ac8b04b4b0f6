/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DRIVERS_PCI_H
#define DRIVERS_PCI_H

#include <linux/pci.h>

#define PCI_SRIOV_NUM_BARS	PCI_STD_NUM_BARS

/* What a PF knows of its VFs */
struct pci_sriov {
	int		pos;		/* Where its capability is */
	u16		total_VFs;	/* How many it could have */
	u16		num_VFs;	/* How many it has */
	u16		offset;		/* Routing id of the first, from its own */
	u16		stride;		/* From one to the next */
	u16		vf_device;	/* Their device id */
	struct pci_dev	*dev;		/* The PF that is asked */
	struct pci_dev	*self;		/* This PF */
	bool		drivers_autoprobe; /* Drivers take VFs at once */
};

enum pci_fixup_pass {
	pci_fixup_early,
	pci_fixup_final,
	pci_fixup_enable,
};

void pci_fixup_device(enum pci_fixup_pass pass, struct pci_dev *dev);
int pci_create_sysfs_dev_files(struct pci_dev *pdev);
void pci_remove_sysfs_dev_files(struct pci_dev *pdev);
int pci_proc_attach_device(struct pci_dev *dev);
int pci_proc_detach_device(struct pci_dev *dev);
void pci_bridge_d3_update(struct pci_dev *dev);
void pci_dev_assign_added(struct pci_dev *dev, bool added);
bool pci_dev_is_added(const struct pci_dev *dev);
struct pci_dev *pci_alloc_dev(struct pci_bus *bus);
int pci_setup_device(struct pci_dev *dev);
void pci_device_add(struct pci_dev *dev, struct pci_bus *bus);

#endif /* DRIVERS_PCI_H */
