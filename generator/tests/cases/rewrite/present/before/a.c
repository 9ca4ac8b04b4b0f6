int f(struct pci_dev *pdev, int mask)
{
	b(1);
}
