static bool f(struct pci_dev *pdev, u16 cmd)
{
	return (bool)pdev->is_virtfn;
}
