struct pci_dev {
	int	a;
#ifdef CONFIG_A
	long	x;
#else
	int	x;
#endif
	int	c;
};
