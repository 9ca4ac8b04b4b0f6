int f(struct pci_dev *pdev, int mask)
{
	a(1);
}
