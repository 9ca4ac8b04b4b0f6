int f(struct pci_dev *pdev, int mask)
{
	struct zpci_dev *zdev = to_zpci(pdev);

	if (zdev->vfn)
		pdev->detached_vf = 1;

	g();
}
