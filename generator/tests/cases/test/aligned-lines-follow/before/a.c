static bool f(struct pci_dev *pdev, u16 cmd)
{
	g(cmd, h(pdev->is_virtfn, cmd,
		    cmd));
}
