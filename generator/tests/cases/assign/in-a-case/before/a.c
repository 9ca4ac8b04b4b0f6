int f(struct pci_dev *pdev, int mask)
{
	switch (mask) {
	case 1:
		a();
		break;
	default:
		b();
	}
}
