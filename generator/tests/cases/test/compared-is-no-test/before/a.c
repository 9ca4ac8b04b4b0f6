static bool f(struct pci_dev *pdev, u16 cmd)
{
	if (pdev->is_virtfn == 1)
		g();
}
