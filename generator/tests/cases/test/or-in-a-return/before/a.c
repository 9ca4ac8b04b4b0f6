static bool f(struct pci_dev *pdev, u16 cmd)
{
	return pdev->is_virtfn || (cmd & PCI_COMMAND_MEMORY);
}
