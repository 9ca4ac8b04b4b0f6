int f(struct pci_dev *pdev, int mask)
{
	asm volatile("x" : "=d" (cc) : "d" (req) : "cc");
	*status = req >> 24 & 0xff;
	if (cc)
		*status = 1;
}
