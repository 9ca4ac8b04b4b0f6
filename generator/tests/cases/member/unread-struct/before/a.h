struct pci_dev {
	int a;
	int ( ] c;
};
