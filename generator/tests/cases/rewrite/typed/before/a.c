int f(struct pci_dev *pdev, int mask)
{
	struct other *o = get();

	g(o->dev, pdev->dev);
}
