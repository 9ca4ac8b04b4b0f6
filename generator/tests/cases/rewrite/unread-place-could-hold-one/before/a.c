int f(struct pci_dev *pdev, int mask)
{
	a(1);
}

int g(void)
{
	a( ] 2;
}
