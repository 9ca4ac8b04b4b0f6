struct vfio_device {
	struct pci_dev *pdev;
	struct priv *priv;
};

struct priv {
	struct pci_bus bus;
};
