struct pci_dev {
	int	a;
	u8	data[];
};
