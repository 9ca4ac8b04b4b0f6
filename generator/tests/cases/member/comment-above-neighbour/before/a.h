struct pci_dev {
	int	a;
	/*
	 * Words about what comes next,
	 * in two lines.
	 */
	unsigned int	untrusted:1;
};
