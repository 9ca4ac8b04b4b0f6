int f(struct pci_dev *pdev, int mask)
{
	a(1);
	a(2);
}
