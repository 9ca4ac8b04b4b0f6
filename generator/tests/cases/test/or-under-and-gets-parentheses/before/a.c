static bool f(struct pci_dev *pdev, u16 cmd)
{
	if (cmd == PCI_COMMAND && pdev->is_virtfn) {
		g();
	}
}
