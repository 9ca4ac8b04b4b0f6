int f(struct pci_dev *pdev, int mask)
{
	if (c) {
		b();
	} else if (pdev->is_virtfn) {
		a();
		*(__le16 *)&vconfig[PCI_COMMAND] |=
					cpu_to_le16(PCI_COMMAND_MEMORY);
	}
}
