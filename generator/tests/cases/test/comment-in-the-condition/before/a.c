static bool f(struct pci_dev *pdev, u16 cmd)
{
	if (cmd && /* why */ pdev->is_virtfn)
		g();
}
