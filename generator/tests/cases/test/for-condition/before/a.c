static bool f(struct pci_dev *pdev, u16 cmd)
{
	for (i = 0; pdev->is_virtfn; i++)
		g();
}
