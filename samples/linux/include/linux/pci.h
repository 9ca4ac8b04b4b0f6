/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef LINUX_PCI_H
#define LINUX_PCI_H

#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/types.h>
#include <uapi/linux/pci_regs.h>

#define PCI_DEVFN(slot, func)	((((slot) & 0x1f) << 3) | ((func) & 0x07))
#define PCI_SLOT(devfn)		(((devfn) >> 3) & 0x1f)
#define PCI_FUNC(devfn)		((devfn) & 0x07)

/* Where the resources of each kind begin. */
enum {
	PCI_STD_RESOURCES,
	PCI_STD_RESOURCE_END = PCI_STD_RESOURCES + PCI_STD_NUM_BARS - 1,
	PCI_ROM_RESOURCE,
#ifdef CONFIG_PCI_IOV
	PCI_IOV_RESOURCES,
	PCI_IOV_RESOURCE_END = PCI_IOV_RESOURCES + PCI_STD_NUM_BARS - 1,
#endif
	PCI_NUM_RESOURCES,
	DEVICE_COUNT_RESOURCE = PCI_NUM_RESOURCES,
};

typedef int __bitwise pci_power_t;

#define PCI_D0		((pci_power_t)0)
#define PCI_D3hot	((pci_power_t)3)
#define PCI_UNKNOWN	((pci_power_t)5)

typedef unsigned short __bitwise pci_dev_flags_t;

enum pci_dev_flags {
	/* Leaves INTx on when MSI is switched on */
	PCI_DEV_FLAGS_MSI_INTX_DISABLE_BUG = (pci_dev_flags_t)(1 << 0),
	/* Cannot be put to sleep */
	PCI_DEV_FLAGS_NO_D3 = (pci_dev_flags_t)(1 << 1),
	/* Belongs to a guest */
	PCI_DEV_FLAGS_ASSIGNED = (pci_dev_flags_t)(1 << 2),
};

enum pci_bus_speed {
	PCI_SPEED_33MHz		= 0x00,
	PCIE_SPEED_2_5GT	= 0x14,
	PCI_SPEED_UNKNOWN	= 0xff,
};

struct pci_bus;
struct pci_sriov;

/* A function of a PCI device. */
struct pci_dev {
	struct list_head bus_list;	/* Its place among those of the bus */
	struct pci_bus	*bus;		/* The bus that it sits on */
	struct pci_bus	*subordinate;	/* The bus that it bridges to */

	void		*sysdata;	/* For the host bridge's code */

	unsigned int	devfn;		/* Slot and function on the bus */
	unsigned short	vendor;
	unsigned short	device;
	unsigned int	class;		/* Base class, subclass, interface */
	u8		revision;
	u8		pin;		/* Which INTx pin it raises */
	DECLARE_BITMAP(dma_alias_mask, 256);

	pci_power_t	current_state;	/* Power state that it was last put in */
	int		cfg_size;	/* Bytes of its configuration space */
	unsigned int	irq;
	struct resource resource[DEVICE_COUNT_RESOURCE]; /* BARs, the ROM, VF BARs */

	bool		match_driver;	/* Drivers may be tried now */
	unsigned int	multifunction:1;	/* One of several in its slot */
	unsigned int	is_busmaster:1;
	unsigned int	msi_enabled:1;
	unsigned int	msix_enabled:1;
	unsigned int	ari_enabled:1;		/* Routes by ARI */
	unsigned int	ats_enabled:1;		/* Translates addresses itself */
	unsigned int	is_physfn:1;
	unsigned int	is_virtfn:1;
	unsigned int	broken_intx_masking:1;	/* Its INTx cannot be masked */
	unsigned int	irq_managed:1;
	unsigned int	non_compliant_bars:1;	/* Its BARs lie; do not read them */
	unsigned int	is_probed:1;		/* A driver is trying it */
	unsigned int	link_active_reporting:1;/* Tells when its link is up */
	unsigned int	no_vf_scan:1;		/* Leave its VFs alone once IOV is on */
	pci_dev_flags_t dev_flags;
	atomic_t	enable_cnt;	/* How often it was enabled */

	u32		saved_config_space[16]; /* As it was before it slept */
#ifdef CONFIG_PCI_IOV
	union {
		struct pci_sriov	*sriov;		/* A PF's view of its VFs */
		struct pci_dev		*physfn;	/* A VF's PF, if it can be seen */
	};
#endif
	struct device	dev;		/* The generic device */
};

#define to_pci_dev(n)	container_of(n, struct pci_dev, dev)

#define pci_err(pdev, fmt, arg...)	dev_err(&(pdev)->dev, fmt, ##arg)
#define pci_warn(pdev, fmt, arg...)	dev_warn(&(pdev)->dev, fmt, ##arg)
#define pci_info(pdev, fmt, arg...)	dev_info(&(pdev)->dev, fmt, ##arg)

struct pci_bus {
	struct list_head node;		/* Its place among all buses */
	struct pci_bus	*parent;
	struct list_head children;
	struct list_head devices;	/* The functions on it */
	struct pci_dev	*self;		/* The bridge that leads to it */
	void		*sysdata;
	unsigned char	number;
	unsigned char	max_bus_speed;
	unsigned int	is_added:1;
};

struct pci_device_id {
	u32 vendor, device;		/* PCI_ANY_ID takes any */
	u32 class, class_mask;
	unsigned long driver_data;
};

#define PCI_ANY_ID (~0)
#define PCI_DEVICE(vend, dev) \
	.vendor = (vend), .device = (dev)

/* What access to configuration space answers */
#define PCIBIOS_SUCCESSFUL		0x00
#define PCIBIOS_BAD_REGISTER_NUMBER	0x87

static inline int pcibios_err_to_errno(int err)
{
	switch (err) {
	case PCIBIOS_BAD_REGISTER_NUMBER:
		return -EFAULT;
	default:
		return err > 0 ? -EIO : err;
	}
}

/* What everybody may call */
#ifdef CONFIG_PCI

extern struct bus_type pci_bus_type;

void pcibios_bus_add_device(struct pci_dev *pdev);
int __must_check pcibios_enable_device(struct pci_dev *, int mask);
void pcibios_disable_device(struct pci_dev *dev);
int pcibios_add_device(struct pci_dev *dev);
void pcibios_release_device(struct pci_dev *dev);

void pci_bus_add_device(struct pci_dev *dev);
void pci_bus_add_devices(const struct pci_bus *bus);
struct pci_dev *pci_scan_single_device(struct pci_bus *bus, int devfn);
void pci_stop_and_remove_bus_device(struct pci_dev *dev);
struct pci_dev *pci_get_slot(struct pci_bus *bus, unsigned int devfn);
struct pci_dev *pci_dev_get(struct pci_dev *dev);
void pci_dev_put(struct pci_dev *dev);
int pci_find_ext_capability(struct pci_dev *dev, int cap);
int pci_set_power_state(struct pci_dev *dev, pci_power_t state);
int __must_check pci_enable_device(struct pci_dev *dev);
void pci_disable_device(struct pci_dev *dev);
int pci_enable_resources(struct pci_dev *dev, int mask);
const struct pci_device_id *pci_match_id(const struct pci_device_id *ids,
					 struct pci_dev *dev);
#define dev_is_pci(d) ((d)->bus == &pci_bus_type)
#define dev_is_pf(d) ((dev_is_pci(d) ? to_pci_dev(d)->is_physfn : false))

int pci_read_config_byte(const struct pci_dev *dev, int where, u8 *val);
int pci_read_config_word(const struct pci_dev *dev, int where, u16 *val);
int pci_read_config_dword(const struct pci_dev *dev, int where, u32 *val);
int pci_write_config_word(const struct pci_dev *dev, int where, u16 val);
int pci_user_read_config_word(struct pci_dev *dev, int where, u16 *val);
int pci_user_write_config_word(struct pci_dev *dev, int where, u16 val);
int pci_user_write_config_dword(struct pci_dev *dev, int where, u32 val);

#else /* CONFIG_PCI is not enabled */

static inline int pci_enable_device(struct pci_dev *dev) { return -EIO; }
static inline void pci_disable_device(struct pci_dev *dev) { }
static inline struct pci_dev *pci_dev_get(struct pci_dev *dev) { return NULL; }
static inline void pci_dev_put(struct pci_dev *dev) { }
static inline struct pci_dev *pci_get_slot(struct pci_bus *bus,
					   unsigned int devfn)
{ return NULL; }

#define dev_is_pci(d) (false)
#define dev_is_pf(d) (false)
static inline int pci_set_power_state(struct pci_dev *dev, pci_power_t state)
{ return 0; }
#endif /* CONFIG_PCI */

static inline const char *pci_name(const struct pci_dev *pdev)
{
	return dev_name(&pdev->dev);
}

#ifdef CONFIG_PCI_IOV
int pci_iov_virtfn_bus(struct pci_dev *dev, int id);
int pci_iov_virtfn_devfn(struct pci_dev *dev, int id);
int pci_iov_add_virtfn(struct pci_dev *dev, int id);
int pci_iov_sysfs_link(struct pci_dev *dev, struct pci_dev *virtfn, int id);
#else
static inline int pci_iov_virtfn_devfn(struct pci_dev *dev, int id)
{
	return -ENXIO;
}
static inline int pci_iov_add_virtfn(struct pci_dev *dev, int id)
{
	return -ENXIO;
}
#endif

/* The PF of a VF; any other function is its own */
static inline struct pci_dev *pci_physfn(struct pci_dev *dev)
{
#ifdef CONFIG_PCI_IOV
	if (dev->is_virtfn)
		dev = dev->physfn;
#endif
	return dev;
}

#endif /* LINUX_PCI_H */
