struct pci_dev {
	const char *name;
	int  (*probe)(struct pci_dev *dev);	/* New device */
	int  (*suspend)(struct pci_dev *dev, int state);	/* Asleep */
};
