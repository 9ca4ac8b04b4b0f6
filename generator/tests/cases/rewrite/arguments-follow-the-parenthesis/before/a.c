int f(struct pci_dev *pdev, int mask)
{
	old(first,
	    second,
	    third);
}
