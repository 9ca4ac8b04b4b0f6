// A store through a pointer to a typedef; arch/s390/pci has it next to asm().
// ours: *$(S: u8 *) = $V
// ast-grep: *$S = $V
// place: at $S
@ site @
u8 *S;
expression V;
position p;
@@
 *S@p = V
