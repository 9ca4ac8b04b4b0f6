static bool f(struct pci_dev *pdev, u16 cmd)
{
	if (cmd) {
		g();
	} else if (pdev->is_virtfn) {
		h();
	}
}
