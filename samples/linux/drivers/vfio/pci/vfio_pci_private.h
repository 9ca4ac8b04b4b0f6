/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef VFIO_PCI_PRIVATE_H
#define VFIO_PCI_PRIVATE_H

#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/spinlock.h>

struct perm_bits;

/* A device in the hands of userspace */
struct vfio_pci_device {
	struct pci_dev		*pdev;
	void __iomem		*barmap[PCI_STD_NUM_BARS];
	bool			bar_mmap_supported[PCI_STD_NUM_BARS];
	u8			*pci_config_map;
	u8			*vconfig;
	struct perm_bits	*msi_perm;
	spinlock_t		irqlock;
	struct mutex		igate;
	int			num_regions;
	u32			rbar[7];
	bool			pci_2_3;
	bool			virq_disabled;
	bool			reset_works;
	bool			extended_caps;
	bool			bardirty;
	bool			has_vga;
	bool			needs_reset;
	bool			nointx;
	struct list_head	dummy_resources_list;
};

bool __vfio_pci_memory_enabled(struct vfio_pci_device *vdev);
int vfio_config_init(struct vfio_pci_device *vdev);
void vfio_config_free(struct vfio_pci_device *vdev);
int vfio_cap_init(struct vfio_pci_device *vdev);

#endif /* VFIO_PCI_PRIVATE_H */
