/* A tree for tests: what the C files beside it are resolved with. */
#ifndef LINUX_PCI_H
#define LINUX_PCI_H

struct device {
	struct device *parent;
	void *driver_data;
	struct list_head node;
};

struct pci_bus;

struct pci_dev {
	struct list_head bus_list;
	struct pci_bus *bus;
	unsigned int is_virtfn:1;
	union {
		struct pci_sriov *sriov;
		struct pci_dev *physfn;
	};
	struct device dev;
	struct {
		struct pci_bus *inner;
	} named;
	struct pci_dev *(*find)(struct device *dev);
	struct resource resource[4];
	pci_ops_t *ops;
};

struct pci_bus {
	struct pci_dev *self;
	struct list_head devices;
};

typedef struct {
	struct pci_dev *pdev;
} pci_ops_t;

typedef struct pci_dev pci_alias_t;

#define to_pci_dev(n) container_of(n, struct pci_dev, dev)
#define dev_to_bus(d) (to_pci_dev((d))->bus)
#define first_of(x) ((x)->self)
#define pick_dev(bus)						\
({								\
	struct pci_bus *__bus = (bus);				\
	struct pci_dev *__dev = __bus->self;			\
	__dev;							\
})
#define auto_dev(d) ({ __auto_type __d = (d); __d; })
#define the_dev root_bus->self

extern struct pci_bus *root_bus;
struct pci_dev *pci_get_device(unsigned int vendor, struct pci_dev *from);
static inline struct device *dev_of(struct pci_dev *pdev) { return &pdev->dev; }
#ifdef CONFIG_PCI_IOV
struct pci_dev *pci_physfn(struct pci_dev *dev);
#else
#define pci_physfn(d) NULL
#endif

#endif
