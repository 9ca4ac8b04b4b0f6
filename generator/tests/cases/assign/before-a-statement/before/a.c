int f(struct pci_dev *pdev, int mask)
{
	a();

	return 0;
}
