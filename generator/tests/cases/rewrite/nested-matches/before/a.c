int f(struct pci_dev *pdev, int mask)
{
	return f1(f1(a)) + f1(b);
}
