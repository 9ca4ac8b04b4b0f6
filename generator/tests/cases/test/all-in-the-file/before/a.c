int f(struct pci_dev *a)
{
	if (a->is_virtfn && b->is_virtfn)
		return 1;
	return 0;
}

int g(struct pci_dev *c)
{
	return c->is_virtfn;
}
