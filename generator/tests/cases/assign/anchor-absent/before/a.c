int f(struct pci_dev *pdev, int mask)
{
	a(pdev, 1);
	b();
}
