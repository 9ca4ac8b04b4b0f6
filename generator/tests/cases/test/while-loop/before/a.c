static bool f(struct pci_dev *pdev, u16 cmd)
{
	while (pdev->is_virtfn)
		g();
}
