/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef __ASM_S390_PCI_H
#define __ASM_S390_PCI_H

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#define ZPCI_BUS_NR			0	/* The only bus number there is */
#define ZPCI_NR_DEVICES			512
#define ZPCI_FUNCTIONS_PER_BUS		256

#define CLP_PFIP_NR_SEGMENTS		4
#define CLP_UTIL_STR_LEN		64

struct zpci_fmb;

enum zpci_state {
	ZPCI_FN_STATE_STANDBY = 0,
	ZPCI_FN_STATE_CONFIGURED = 1,
	ZPCI_FN_STATE_ONLINE = 2,
};

/* Functions that share a channel share a bus. */
struct zpci_bus {
	struct kref		kref;
	struct pci_bus		*bus;
	struct zpci_dev		*function[ZPCI_FUNCTIONS_PER_BUS];
	struct list_head	bus_next;
	struct resource		bus_resource;
	int			pchid;
	int			domain_nr;
	bool			multifunction;
	enum pci_bus_speed	max_bus_speed;
};

/* A function as the hypervisor describes it. */
struct zpci_dev {
	struct zpci_bus *zbus;
	struct list_head entry;		/* its place among all functions */
	struct kref kref;

	enum zpci_state state;
	u32		fid;		/* names the function for good */
	u32		fh;		/* names it while it is configured */
	u16		vfn;		/* number as a VF, 0 for none */
	u16		pchid;		/* physical channel */
	u8		pfgid;		/* group */
	u8		pft;		/* type */
	u8		rid_available	: 1;
	u8		has_hp_slot	: 1;
	u8		is_physfn	: 1;
	u8		reserved	: 5;
	unsigned int	devfn;		/* slot and function of its routing id */

	struct mutex lock;
	u8 pfip[CLP_PFIP_NR_SEGMENTS];	/* path inside the adapter */
	u32 uid;			/* number that the operator gave */
	u8 util_str[CLP_UTIL_STR_LEN];	/* text that the operator gave */

	char res_name[16];
	bool mio_capable;
	u64		start_dma;	/* first address that it may reach */
	u64		end_dma;	/* last address that it may reach */

	struct zpci_fmb *fmb;		/* what it counts of itself */
	enum pci_bus_speed max_bus_speed;
};

static inline bool zdev_enabled(struct zpci_dev *zdev)
{
	return (zdev->fh & (1UL << 31)) ? true : false;
}

/* The function of a device, by its place on the bus */
static inline struct zpci_dev *to_zpci(struct pci_dev *pdev)
{
	struct zpci_bus *zbus = pdev->sysdata;

	return zbus->function[pdev->devfn];
}

static inline struct zpci_dev *to_zpci_dev(struct device *dev)
{
	return to_zpci(to_pci_dev(dev));
}

int zpci_bus_device_register(struct zpci_dev *zdev);
void zpci_bus_device_unregister(struct zpci_dev *zdev);
int zpci_init_slot(struct zpci_dev *zdev);
int zpci_fmb_enable_device(struct zpci_dev *zdev);
int zpci_fmb_disable_device(struct zpci_dev *zdev);
void zpci_debug_init_device(struct zpci_dev *zdev, const char *name);
void zpci_debug_exit_device(struct zpci_dev *zdev);

#endif /* __ASM_S390_PCI_H */
