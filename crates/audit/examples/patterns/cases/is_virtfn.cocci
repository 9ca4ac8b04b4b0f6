// A bit-field, mostly tested.
// ours: $(D: struct pci_dev *)->is_virtfn
// ast-grep: $D->is_virtfn
// place: after $D
@ site @
struct pci_dev *D;
position p;
@@
D->is_virtfn@p
