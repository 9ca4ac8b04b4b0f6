struct pci_dev {
	int a;
	DECLARE_BITMAP(bits, 64);
	int c;
};
