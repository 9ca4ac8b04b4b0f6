// A driver's own record, declared in a header that few files include by themselves.
// ours: $(V: struct ice_vsi *)->netdev
// ast-grep: $V->netdev
// place: after $V
@ site @
struct ice_vsi *V;
position p;
@@
V->netdev@p
