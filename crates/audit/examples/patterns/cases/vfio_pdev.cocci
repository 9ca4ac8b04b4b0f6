// A receiver that is itself reached through members: `&nvdev->core_device`.
// ours: $(V: struct vfio_pci_core_device *)->pdev
// ast-grep: $V->pdev
// place: after $V
@ site @
struct vfio_pci_core_device *V;
position p;
@@
V->pdev@p
