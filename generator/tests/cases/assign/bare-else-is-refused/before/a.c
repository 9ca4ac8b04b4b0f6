int f(struct pci_dev *pdev, int mask)
{
	if (mask)
		b();
	else
		a();
	b();
}
