int f(struct pci_dev *pdev, int mask)
{
	int rc;

	if (!pdev)
		return -EINVAL;

	b();
}
