int f(struct pci_dev *pdev, int mask)
{
	return scale(a + b);
}
