int f(struct pci_dev *pdev, int mask)
{
	if (mask)
		a();
	b();
}
