struct pci_device {
	int a;
};
