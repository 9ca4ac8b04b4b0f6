int f(struct pci_dev *pdev, int mask)
{
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	q->r = kzalloc(sizeof(*q->r), GFP_KERNEL);
}
