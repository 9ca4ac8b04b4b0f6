int f(struct pci_dev *pdev, int mask)
{
#ifdef CONFIG_A
	a();
#endif
	b();
}
