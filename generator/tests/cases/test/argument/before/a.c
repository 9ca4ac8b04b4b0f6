static bool f(struct pci_dev *pdev, u16 cmd)
{
	g(pdev->is_virtfn, cmd);
}
