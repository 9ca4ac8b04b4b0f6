// A type and a member's name as arguments, as only a macro takes them.
// ours: container_of($(P: struct work_struct *), struct $T, $F)
// ast-grep: container_of($P, struct $T, $F)
// place: start
@ site @
struct work_struct *P;
identifier T;
expression F;
position p;
@@
container_of@p(P, struct T, F)
