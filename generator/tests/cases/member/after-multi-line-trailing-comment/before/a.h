struct pci_dev {
	int	a;	/* first line
			 * second line
			 */
	int	c;
};
