// Any member, assigned.
// ours: $(D: struct pci_dev *)->$M = $V
// ast-grep: $D->$M = $V
// place: at $M
@ site @
struct pci_dev *D;
identifier M;
expression V;
position p;
@@
D->M@p = V
