struct clash {
	struct pci_bus *a;
};
