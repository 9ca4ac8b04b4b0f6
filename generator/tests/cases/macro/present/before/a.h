#ifdef CONFIG_PCI
#define dev_is_pci(d) ((d)->bus == &pci_bus_type)
#define dev_is_pf(d) ((dev_is_pci(d) ? to_pci_dev(d)->is_physfn : false))

int a;
#else /* CONFIG_PCI is not enabled */
#define dev_is_pci(d) (false)
#define dev_is_pf(d) (false)
int b;
#endif
