int f(struct pci_dev *pdev, int mask)
{
	a();	/* about a */
	b();
}
