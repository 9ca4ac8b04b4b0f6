int f(struct pci_dev *pdev, int mask)
{
	c(1);
}
