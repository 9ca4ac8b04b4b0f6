int f(struct pci_dev *pdev, int mask)
{
	int a;
	struct zpci_dev *zdev = to_zpci(pdev);

	g();
}
