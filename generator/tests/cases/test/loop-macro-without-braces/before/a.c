static bool f(struct pci_dev *pdev, u16 cmd)
{
	list_for_each_entry(pdev, &list, node)
		if (pdev->is_virtfn)
			g();
}
