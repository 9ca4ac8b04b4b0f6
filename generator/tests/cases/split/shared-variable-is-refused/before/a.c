int f(struct pci_dev *pdev, int mask)
{
	if (pdev->is_virtfn) {
		int x = 1;

		a();
		b(x);
	}
}
