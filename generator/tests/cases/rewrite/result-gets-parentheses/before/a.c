int f(struct pci_dev *pdev, int mask)
{
	return 2 * sum(a, b);
}
