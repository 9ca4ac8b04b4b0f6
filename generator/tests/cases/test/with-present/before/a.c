static bool f(struct pci_dev *pdev, u16 cmd)
{
	if (dev_is_vf(&pdev->dev))
		g();
}
