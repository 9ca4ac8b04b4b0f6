int f(struct pci_dev *pdev, int mask)
{
	if (x && y) {
		a();

		b();
	}
}
