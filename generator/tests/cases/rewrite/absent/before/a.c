int f(struct pci_dev *pdev, int mask)
{
	alloc_them(1);
}
