struct pci_dev {
	unsigned int	is_virtfn:1;
	unsigned int	irq_managed:1;	/* x */
};
