struct pci_dev {
	int	a;
#ifdef CONFIG_PCI_ATS
	struct pci_dev	*physfn;	/* the PF */
#endif
	int	c;
};
