int f(struct pci_dev *pdev, int mask)
{
	old(  a->b ,		c(1,2), /* why */ d);
}
