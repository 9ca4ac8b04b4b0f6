int f(struct pci_dev *pdev, int mask)
{
	int rc = old(pdev->some_member, pdev->some_other_member);

	return rc;
}
