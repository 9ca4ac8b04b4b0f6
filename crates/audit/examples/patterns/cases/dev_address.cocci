// What every driver hands to dev_err() and to the DMA API.
// ours: &$(D: struct pci_dev *)->dev
// ast-grep: &$D->dev
// place: after $D
@ site @
struct pci_dev *D;
position p;
@@
 &D->dev@p
