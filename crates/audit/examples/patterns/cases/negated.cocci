// Any member, tested for being zero in one of three ways.
// ours: !$(D: struct pci_dev *)->$M
// ast-grep: !$D->$M
// place: at $M
@ site @
struct pci_dev *D;
identifier M;
position p;
@@
(
!D->M@p
|
D->M@p == NULL
|
D->M@p == 0
)
