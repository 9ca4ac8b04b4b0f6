static bool f(struct pci_dev *pdev, u16 cmd)
{
	pdev->is_virtfn = 1;
	if (pdev->is_virtfn)
		g();
}
