// The head of a loop that a macro makes, by the type of what it iterates over.
// ours: list_for_each_entry($(D: struct pci_dev *), $H, bus_list)
// ast-grep: list_for_each_entry($D, $H, bus_list)
// place: start
@ site @
struct pci_dev *D;
iterator name list_for_each_entry;
expression H;
statement S;
position p;
@@
list_for_each_entry@p(D, H, bus_list) S
