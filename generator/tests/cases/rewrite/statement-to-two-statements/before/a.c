int f(struct pci_dev *pdev, int mask)
{
	if (mask)
		a(1);
	else
		c();
}
