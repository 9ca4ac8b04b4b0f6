static bool f(struct pci_dev *pdev, u16 cmd)
{
	if (pdev->detached_vf || pdev->is_virtfn)
		g();
}
