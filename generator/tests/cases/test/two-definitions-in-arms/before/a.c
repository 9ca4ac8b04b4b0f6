#ifdef CONFIG_A
static bool f(struct pci_dev *pdev, u16 cmd)
{
	return pdev->is_virtfn;
}
#else
static bool f(struct pci_dev *pdev, u16 cmd)
{
	return false;
}
#endif
