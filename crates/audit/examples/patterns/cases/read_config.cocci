// A call whose first argument is typed.
// ours: pci_read_config_word($(D: struct pci_dev *), $P, $V)
// ast-grep: pci_read_config_word($D, $P, $V)
// place: start
@ site @
struct pci_dev *D;
expression P, V;
position p;
@@
pci_read_config_word@p(D, P, V)
