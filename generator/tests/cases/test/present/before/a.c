static bool f(struct pci_dev *pdev, u16 cmd)
{
	return pdev->is_virtfn || pdev->detached_vf || (cmd & PCI_COMMAND_MEMORY);
}
