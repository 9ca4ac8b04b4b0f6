int f(struct pci_dev *pdev, int mask)
{
	/* a(1) */
#if 0
	a(1);
#endif
	a(2);
	p("a(3)");
}
