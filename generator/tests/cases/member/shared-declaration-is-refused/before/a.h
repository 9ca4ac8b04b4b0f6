struct pci_dev {
	int a, c;
	int d;
};
