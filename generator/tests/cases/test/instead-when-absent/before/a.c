static bool f(struct pci_dev *pdev, u16 cmd)
{
	if (pdev->no_command_memory)
		g();
}
