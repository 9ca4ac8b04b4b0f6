int f(struct pci_dev *pdev, int mask)
{
	struct thing *t = container_of(x, struct thing, node);

	return t->y;
}
