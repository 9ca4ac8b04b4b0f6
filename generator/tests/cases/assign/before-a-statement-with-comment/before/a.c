int f(struct pci_dev *pdev, int mask)
{
	a();
	/* about b */
	b();
}
