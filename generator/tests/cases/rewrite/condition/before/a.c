int f(struct pci_dev *pdev, int mask)
{
	if (!pdev)
		return 1;
}
