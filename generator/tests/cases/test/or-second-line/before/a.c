static bool f(struct pci_dev *pdev, u16 cmd)
{
	return pdev->current_state < PCI_D3hot &&
	       (pdev->is_virtfn || (cmd & PCI_COMMAND_MEMORY_AND_MORE));
}
