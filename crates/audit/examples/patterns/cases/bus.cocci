// `bus` is a member of struct pci_dev, struct device, struct pci_slot …: only the type tells them apart.
// ours: $(D: struct pci_dev *)->bus
// ast-grep: $D->bus
// place: after $D
@ site @
struct pci_dev *D;
position p;
@@
D->bus@p
