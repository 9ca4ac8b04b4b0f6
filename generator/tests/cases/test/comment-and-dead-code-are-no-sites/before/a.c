static bool f(struct pci_dev *pdev, u16 cmd)
{
	/* pdev->is_virtfn */
#if 0
	if (pdev->is_virtfn)
		h();
#endif
	if (pdev->is_virtfn)
		g();
}
