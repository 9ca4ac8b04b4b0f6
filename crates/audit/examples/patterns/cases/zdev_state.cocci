// A comparison, in either order.
// ours: $(Z: struct zpci_dev *)->state == $S
// ast-grep: $Z->state == $S
// place: after $Z
@ site @
struct zpci_dev *Z;
expression S;
position p;
@@
(
Z->state@p == S
|
S == Z->state@p
)
