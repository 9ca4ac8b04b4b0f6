int f(struct pci_dev *pdev, int mask)
{
	list_for_each_entry(x, &head, node)
		a(x);
	b();
}
