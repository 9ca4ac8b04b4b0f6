static bool f(struct pci_dev *pdev, u16 cmd)
{
	if (cmd == PCI_COMMAND && vdev->pdev->is_virtfn && !pdev->broken) {
		g();
	}
}
