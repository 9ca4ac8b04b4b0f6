#if 0
struct pci_dev {
	int a;
};
#endif
struct pci_dev {
#if 0
	long a;
#endif
	int a;
};
